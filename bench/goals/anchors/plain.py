"""The anchor that anybody would write first: Django, REST framework and the ORM, one file.

`POST /generate` locks the budget's row, checks it and writes job and ledger line in one
transaction; `POST /batch` does that for each prompt; `GET /status/<id>` is a ModelSerializer.
There is no key, no idempotency, no route and no history here. `python -m bench.goals.anchors.plain`
makes the tables; `application` is for a web server.
"""

import os
import sys
import uuid
from typing import Any

import django
import environ
from django.conf import settings

settings.configure(
    SECRET_KEY="not a secret: nothing is signed here",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DATABASES={
        "default": {**environ.Env.db_url_config(os.environ["PLAIN_DATABASE"]), "CONN_MAX_AGE": None}
    },
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "rest_framework"],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": [],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    },
    LOGGING_CONFIG=None,
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework import serializers  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402

PRICE = 60_000  # micro-dollars


class Budget(models.Model):
    left_micros = models.BigIntegerField()

    class Meta:
        app_label = "plain"


class Job(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    budget = models.ForeignKey(Budget, models.PROTECT)
    prompt = models.TextField()
    status = models.CharField(max_length=12, default="queued", db_index=True)
    seconds = models.IntegerField()
    cost_micros = models.BigIntegerField()
    task_id = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "plain"


class Line(models.Model):
    budget = models.ForeignKey(Budget, models.PROTECT)
    job = models.ForeignKey(Job, models.PROTECT)
    kind = models.CharField(max_length=12)
    micros = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "plain"


class Ask(serializers.Serializer[Any]):
    prompt = serializers.CharField(max_length=4000)
    seconds = serializers.IntegerField(min_value=3, max_value=20)


class Asks(serializers.Serializer[Any]):
    prompts = serializers.ListField(child=serializers.CharField(max_length=4000), max_length=1000)
    seconds = serializers.IntegerField(min_value=3, max_value=20)


class Told(serializers.ModelSerializer[Job]):
    class Meta:
        model = Job
        fields = ("id", "status", "prompt", "seconds", "cost_micros", "task_id", "created_at")


def admit(prompt: str, seconds: int) -> Job | None:
    """One job with its money, None where the budget has too little left."""
    budget = Budget.objects.select_for_update().get(pk=1)
    if budget.left_micros < PRICE:
        return None
    budget.left_micros -= PRICE
    budget.save(update_fields=["left_micros"])
    job = Job.objects.create(budget=budget, prompt=prompt, seconds=seconds, cost_micros=PRICE)
    Line.objects.create(budget=budget, job=job, kind="hold", micros=PRICE)
    return job


class Generate(APIView):
    def post(self, request: Request) -> Response:
        ask = Ask(data=request.data)
        ask.is_valid(raise_exception=True)
        with transaction.atomic():
            job = admit(**ask.validated_data)
        if job is None:
            return Response({"detail": "The budget has too little left."}, status=402)
        return Response({"id": job.pk, "status": job.status}, status=202)


class Batch(APIView):
    def post(self, request: Request) -> Response:
        asks = Asks(data=request.data)
        asks.is_valid(raise_exception=True)
        given = asks.validated_data
        with transaction.atomic():
            made = [admit(prompt, given["seconds"]) for prompt in given["prompts"]]
        return Response({"ids": [job.pk for job in made if job]}, status=202)


class Status(APIView):
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        return Response(Told(Job.objects.get(pk=pk)).data)


urlpatterns = [
    path("generate", Generate.as_view()),
    path("batch", Batch.as_view()),
    path("status/<uuid:pk>", Status.as_view()),
]
application = get_wsgi_application()


def make_tables() -> None:
    with connection.schema_editor() as editor:
        for model in (Budget, Job, Line):
            editor.create_model(model)
    Budget.objects.create(pk=1, left_micros=10**15)


if __name__ == "__main__":
    sys.modules["bench.goals.anchors.plain"] = sys.modules[__name__]
    make_tables()

"""A batch from a CSV."""

import hashlib
from typing import Any

from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from generation import batch_import
from generation.api.answers.batches import (
    ImportStarted,
    SheetChecked,
    import_started,
    sheet_checked,
)
from generation.api.bodies.batch_form import ImportForm, default_ask
from generation.api.bodies.queries import read_query
from generation.api.door import Door
from generation.api.limits import CreateLimit
from generation.api.refusals import TooLarge
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.asks import Refused
from generation.batch_csv import MOST_BYTES, Fault
from generation.batch_import import BadRows, CheckedSheet
from generation.idempotency import Answer

ENVELOPE = 64 * 1024  # what multipart puts around a file
FORM = {
    "type": "object",
    "properties": {
        "file": {"type": "string", "format": "binary"},
        **{
            name: {"type": "string"}
            for name in ("quality", "aspect_ratio", "provider", "campaign", "webhook_url")
        },
        **{name: {"type": "string"} for name in ("name", "quote_id")},
        "duration": {"type": "integer", "minimum": 3, "maximum": 20, "default": 5},
        "max_cost": {"type": "number", "exclusiveMinimum": 0},
        **{
            name: {"type": "boolean"}
            for name in ("enable_fallback", "use_cost_optimization", "skip_bad_rows", "dry_run")
        },
    },
    "required": ["file"],
}


class OneSheet(MultiPartParser):
    """A form that says it is too large is not read at all."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        length = parser_context["request"].META.get("CONTENT_LENGTH") or "0"
        if int(length) > MOST_BYTES + ENVELOPE:
            raise TooLarge(f"Send a file of at most {MOST_BYTES // 1_000_000} MB.")
        return super().parse(stream, media_type, parser_context)


class BatchImport(Door):
    permissions_needed = {"POST": "jobs:write"}
    parser_classes = (OneSheet,)
    throttle_classes = (CreateLimit,)

    @extend_schema(
        operation_id="batch_import",
        summary="Generate a batch from a CSV",
        request={"multipart/form-data": FORM},
        parameters=[IDEMPOTENCY_KEY],
        responses={
            202: ImportStarted,
            200: SheetChecked,
            **errors(400, 402, 409, 413, 415, 422, 429),
        },
    )
    def post(self, request: Request) -> Response:
        """Takes a CSV in UTF-8 as the form field `file`, with one row a clip.

        The first row names the columns: `prompt`, and as wanted `duration`, `quality`,
        `aspect_ratio`, `provider`, `negative_prompt`, `style`, `seed`, `image_path`,
        `last_image_path` and `metadata.<name>`. Comma, semicolon and tab separate. Every bad
        cell is named with its row and column, and nothing is made then, unless `skip_bad_rows`
        is true; with `dry_run` nothing is made in any case.
        """
        sent = request.FILES.get("file")
        if sent is None:
            raise Refused("Send the CSV as the form field file.", field="file", code="required")
        if (sent.size or 0) > MOST_BYTES:
            raise TooLarge(f"Send a file of at most {MOST_BYTES // 1_000_000} MB.")
        given = read_query(ImportForm, _fields(request))
        if again := self.replayed():
            return again
        sheet = batch_import.check_sheet(
            self.access,
            sent.read(),
            defaults=default_ask(self.access, given),
            use_cost_optimization=given["use_cost_optimization"],
        )
        if given["dry_run"]:
            return Response(sheet_checked(sheet))
        return self.once(lambda: self._admitted(sheet, given))

    def what_was_sent(self) -> Any:
        """A file stands for itself by its hash."""
        sent = self.request.FILES.get("file")
        fields = _fields(self.request).dict()
        if sent is None:
            return fields
        digest = hashlib.sha256()
        for chunk in sent.chunks():
            digest.update(chunk)
        sent.seek(0)
        return {**fields, "file": digest.hexdigest()}

    def _admitted(self, sheet: CheckedSheet, given: dict[str, Any]) -> Answer:
        try:
            made = batch_import.create(
                self.access,
                sheet,
                use_cost_optimization=given["use_cost_optimization"],
                skip_bad_rows=given["skip_bad_rows"],
                quote_uid=given["quote_id"],
                name=given["name"],
            )
        except BadRows as bad:
            raise ValidationError({"rows": _by_row(bad.faults)}) from bad
        return Answer(status=202, body=dict(import_started(made, sheet)))


def _fields(request: Request) -> QueryDict:
    """The texts of the form; a page sends its token among them."""
    fields = request.POST.copy()
    fields.pop("csrfmiddlewaretoken", None)
    return fields


def _by_row(faults: tuple[Fault, ...]) -> dict[str, dict[str, list[ErrorDetail]]]:
    """attr is then rows.<row>.<column>."""
    rows: dict[str, dict[str, list[ErrorDetail]]] = {}
    for fault in faults:
        said = f"Row {fault.row}, {fault.column}: {fault.detail}"
        cells = rows.setdefault(str(fault.row), {})
        cells.setdefault(fault.column, []).append(ErrorDetail(said, code=fault.code))
    return rows

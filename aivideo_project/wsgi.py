import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from aivideo_project import loading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aivideo_project.settings")
loading.begin()
application = get_wsgi_application()
_ = get_resolver().url_patterns  # all pages, for which the first caller would wait
loading.end()

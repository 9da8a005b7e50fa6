"""What Django itself costs: one view each, over the same database and the same gunicorn. ``MINIMAL_*`` say with what.

``/upsert`` is one raw UPSERT, ``/bytes`` the bytes of a file, ``/select`` one indexed SELECT and a template of 20 KB.
With ``MINIMAL_STANDARD`` they stand under the middleware of ``startproject``, else under none.
"""

import json
import os
import uuid
from pathlib import Path

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.template import Context, Template
from django.urls import path

standard = bool(os.environ.get("MINIMAL_STANDARD"))
settings.configure(
    SECRET_KEY="only-for-the-benchmark",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES=json.loads(os.environ["MINIMAL_DATABASES"]),
    USE_TZ=True,
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"]
    if standard
    else [],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ]
    if standard
    else [],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
)
django.setup()

BYTES = Path(os.environ["MINIMAL_BYTES"]).read_bytes() if "MINIMAL_BYTES" in os.environ else b""
# About 20 KB of which each line is drawn, as a page of lessons is.
LINES = "{% for line in lines %}<li class='row'><a href='/{{ line.0 }}/'>{{ line.1 }}</a> {{ title }}</li>{% endfor %}"
TEMPLATE = Template("<!DOCTYPE html><title>{{ title }}</title>" + "<p>The same words on every page.</p>" * 440 + LINES)
TABLE = "CREATE TABLE IF NOT EXISTS minimal_row (id char(36) PRIMARY KEY, seconds bigint, note varchar(60))"
UPSERT = (
    "INSERT INTO minimal_row AS p (id, seconds, note) VALUES (%s, 1, '') "
    "ON CONFLICT (id) DO UPDATE SET seconds = p.seconds + 1 RETURNING seconds"
)
with connection.cursor() as cursor:
    cursor.execute(TABLE)
connection.close()


def upsert(request):
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, [request.POST["id"]])
        (seconds,) = cursor.fetchone()
    return JsonResponse({"seconds": seconds})


upsert.csrf_exempt = True


def select(_request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, seconds FROM minimal_row WHERE id = %s", [str(uuid.UUID(int=1))])
        row = cursor.fetchone()
    return HttpResponse(TEMPLATE.render(Context({"title": str(row), "lines": [(n, f"Lesson {n}") for n in range(60)]})))


def same_bytes(_request):
    return HttpResponse(BYTES)


urlpatterns = [path("upsert", upsert), path("select", select), path("bytes", same_bytes)]
application = get_wsgi_application()

"""Addresses for the browser test: the site's own, and one page with nothing but a video to send."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from config.urls import urlpatterns as site_urlpatterns

PAGE = """{% extends "base.html" %}
{% block title %}Send{% endblock %}
{% block main %}<h1>Send</h1><form method="post" data-upload>{% csrf_token %}
{% include "media_pipeline/upload_fields.html" with purpose="submission" %}
<button type="submit">Send it in</button></form>{% endblock %}
{% block scripts %}<script type="module" src="{% static 'js/upload.js' %}"></script>{% endblock %}"""


def upload_page(request: HttpRequest) -> HttpResponse:
    """Show the form."""
    return HttpResponse(engines["django"].from_string(PAGE).render({}, request))


urlpatterns = [path("test/send/", upload_page), *site_urlpatterns]

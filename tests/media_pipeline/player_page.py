"""Addresses for the browser test: the site's own, and one page with nothing but a player."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from config.urls import urlpatterns as site_urlpatterns
from media_pipeline.models import Asset
from media_pipeline.playback import player_for

PAGE = """{% extends "base.html" %}
{% block title %}Player{% endblock %}
{% block main %}<h1>Player</h1>{% include "components/player.html" %}
<a href="#" data-seek-ms="1500">0:01.5</a>{% endblock %}
{% block scripts %}<script type="module" src="{% static 'js/player.js' %}"></script>{% endblock %}"""


def player_page(request: HttpRequest, asset_id: UUID) -> HttpResponse:
    """Show one video."""
    player = player_for(Asset.objects.get(pk=asset_id), language="en")
    return HttpResponse(engines["django"].from_string(PAGE).render({"player": player}, request))


urlpatterns = [path("test/player/<uuid:asset_id>/", player_page), *site_urlpatterns]

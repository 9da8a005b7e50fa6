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
{% block main %}<h1>Player</h1><div id="video" data-fresh>{% include "components/player.html" %}</div>
<p class="note-list"><a href="#" data-seek-ms="1500">0:01.5</a></p>
{% if reviews %}<canvas class="waveform" data-waveform="{{ player.waveform_url }}" hidden></canvas>{% endif %}
{% endblock %}
{% block scripts %}<script type="module" src="{% static 'js/player.js' %}"></script>
{% if reviews %}<script type="module" src="{% static 'js/review.js' %}"></script>{% endif %}{% endblock %}"""


def player_page(request: HttpRequest, asset_id: UUID) -> HttpResponse:
    """Show one video, from the second in ``?t=``; with ``?reviews`` the outline of its sound, too."""
    start_ms = int(request.GET.get("t", 0)) * 1000
    asset = Asset.objects.get(pk=asset_id)
    player = player_for(asset, language="en", start_ms=start_ms, downloads=True, early=True)
    context = {"player": player, "reviews": "reviews" in request.GET}
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))


urlpatterns = [path("test/player/<uuid:asset_id>/", player_page), *site_urlpatterns]

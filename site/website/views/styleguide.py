"""The design system on one page, for those who build and judge it."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from website.icons import ICONS

COLOURS = [
    ("paper", "ink"),
    ("surface", "ink-soft"),
    ("sunk", "ink-soft"),
    ("accent", "on-accent"),
    ("tint", "on-tint"),
    ("success-tint", "success"),
    ("warning-tint", "warning"),
    ("danger-tint", "danger"),
    ("info-tint", "info"),
]
DRAWINGS = ["hearth", "filming", "window", "lesson", "feedback", "audience", "statement"]


class SampleForm(forms.Form):
    """One field of each kind, so that the form components can be looked at."""

    name = forms.CharField(label=_("The name others see"), help_text=_("Your own, or another that you like."))
    about = forms.CharField(label=_("What would you like to show"), widget=forms.Textarea, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    topic = forms.ChoiceField(
        label=_("What will your first video be about"),
        choices=[("cooking", _("Something I cook")), ("making", _("Something I make")), ("day", _("A part of my day"))],
        widget=forms.RadioSelect,
    )
    saver = forms.BooleanField(
        label=_("Save mobile data"), help_text=_("Videos start small and wait for your tap."), required=False
    )
    clip = forms.FileField(label=_("Your video"), required=False)


def styleguide(request: HttpRequest) -> HttpResponse:
    """Show tokens and components. ``?dir=rtl`` turns the page round; ``?form=errors`` shows a form with mistakes."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    if request.GET.get("message"):
        messages.success(request, _("Your video has arrived. We are getting it ready."))
    context = {
        "colours": COLOURS,
        "drawings": DRAWINGS,
        "icons": ICONS,
        "rtl": request.GET.get("dir") == "rtl",
        "form": SampleForm({} if request.GET.get("form") == "errors" else None),
        "page_obj": Paginator(range(60), 20).page(2),
        "crumbs": [(_("Courses"), "#"), (_("Your first video"), "#"), (_("Light from a window"), "")],
    }
    return render(request, "website/styleguide.html", context)

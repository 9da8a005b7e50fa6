"""An instructor puts her courses and lessons into another language herself, in the Wagtail admin.

Wagtail Localize asks for one right over all pages of the site. Here its own views are opened for a page that she may
change, into the languages in which she may add the page; what they make is a draft, which an editor publishes.
"""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.widgets import Button
from wagtail.models import Locale, Page
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail_localize.models import TranslationSource
from wagtail_localize.views.submit_translations import (
    SubmitPageTranslationView,
    SubmitTranslationView,
    TranslationComponentManager,
)
from wagtail_localize.views.update_translations import UpdateTranslationsView

from courses.models import CoursePage, LessonPage

KINDS = (CoursePage, LessonPage)
EVERY_PAGE = "wagtail_localize.submit_translation"


def her_page(user: Any, page_id: int) -> CoursePage | LessonPage:
    """Return a course or lesson that ``user`` may change. Raises Http404."""
    hers = PagePermissionPolicy().instances_user_has_permission_for(user, "change").type(KINDS)
    return get_object_or_404(hers, pk=page_id).specific


def open_locales(user: Any, page: Page) -> list[Locale]:
    """Return the languages that ``page`` is not in yet and in which ``user`` may add it below what it stands in."""
    taken = page.get_translations(inclusive=True).exclude(alias_of__isnull=False).values("locale_id")
    above = page.get_parent().get_translations().select_related("locale").exclude(locale_id__in=taken)
    return [parent.locale for parent in above if parent.permissions_for_user(user).can_add_subpage()]


class TranslateView(SubmitPageTranslationView):
    """Begins a version of her page in another language; side by side she then writes it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Let in who may change the page; where no language is left, say so and lead back."""
        self.object = her_page(request.user, self.kwargs["page_id"])
        self.locales = open_locales(request.user, self.object)
        if not self.locales:
            messages.warning(request, _("There is no other language for it now. A lesson comes after its course."))
            return redirect("wagtailadmin_pages:edit", self.object.pk)
        self.components = TranslationComponentManager.from_request(request, source_object_instance=self.object)
        return super(SubmitTranslationView, self).dispatch(request, *args, **kwargs)

    def get_object(self) -> Page:
        return self.object

    def get_form(self) -> forms.Form:
        """Offer only the languages that are open to her."""
        form = super().get_form()
        form.fields["locales"].queryset = Locale.objects.filter(pk__in=[locale.pk for locale in self.locales])
        return form


class BringUpToDateView(UpdateTranslationsView):
    """Brings what changed in her page to its other languages, to be translated there."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Let in who may change the page."""
        self.page = her_page(request.user, self.kwargs["page_id"])
        self.object = TranslationSource.objects.get_for_instance_or_none(self.page)
        if self.object is None:
            raise Http404
        self.components = TranslationComponentManager.from_request(request, source_object_instance=self.object)
        return super(UpdateTranslationsView, self).dispatch(request, *args, **kwargs)

    def get_object(self) -> TranslationSource:
        return self.object

    def get_form(self) -> forms.Form:
        """Publish nothing for who may not publish."""
        form = super().get_form()
        if not self.page.permissions_for_user(self.request.user).can_publish():
            field = form.fields["publish_translations"]
            field.disabled, field.widget = True, forms.HiddenInput()
        return form


def urls() -> list[URLPattern]:
    """Return both addresses, below that of the admin."""
    return [
        path("translate/<int:page_id>/", TranslateView.as_view(), name="translate_page"),
        path("translate/<int:page_id>/changes/", BringUpToDateView.as_view(), name="translate_changes"),
    ]


def buttons(page: Page, user: Any) -> Iterator[Button]:
    """Lead to both from a page of hers. Who may translate every page has Wagtail Localize's own buttons."""
    is_ours = page.pk and issubclass(page.specific_class, KINDS)
    if not is_ours or user.has_perm(EVERY_PAGE) or not page.permissions_for_user(user).can_edit():
        return
    if open_locales(user, page):
        url = reverse("translate_page", args=[page.pk])
        yield Button(_("Translate this page"), url=url, icon_name="wagtail-localize-language", priority=60)
    source = TranslationSource.objects.get_for_instance_or_none(page)
    if source and source.translations.filter(enabled=True).exists():
        url = reverse("translate_changes", args=[page.pk])
        yield Button(_("Bring changes to the translations"), url=url, icon_name="resubmit", priority=61)

"""Channels in the admin: a list to work through, and the two decisions."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from creators import channels
from creators.addresses import AddressRefused
from creators.models import Channel, ChannelState


def may_confirm(user: Any) -> bool:
    """Say whether ``user`` works on channels at all."""
    return user.is_active and user.has_perm("creators.confirm_channel")


class ConfirmForm(forms.Form):
    """The id under which reports name the channel."""

    external_id = forms.CharField(
        label=gettext_lazy("Id in the platform's reports"),
        max_length=400,
        help_text=gettext_lazy("For YouTube it begins with UC; for Facebook it is a number."),
    )


class RefuseForm(forms.Form):
    """The sentence she reads."""

    reason = forms.CharField(
        label=gettext_lazy("What she reads"),
        max_length=400,
        help_text=gettext_lazy("One sentence that tells her what is missing and what she can do."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ChannelIndexView(generic.IndexView):
    """All channels, those that wait first in the filter."""

    model = Channel
    any_permission_required = ["confirm"]
    page_title = gettext_lazy("Channels")
    header_icon = "link"
    index_url_name = "channels:index"
    index_results_url_name = "channels:index_results"
    list_filter = ["state", "platform"]
    search_fields = ["title", "external_id", "profile__display_name"]
    default_ordering = "-claimed_at"
    paginate_by = 50
    columns = [
        TitleColumn("__str__", label=gettext_lazy("Channel"), url_name="channels:detail"),
        Column("profile", label=gettext_lazy("Creator")),
        Column("get_platform_display", label=gettext_lazy("Platform")),
        StatusTagColumn(
            "get_state_display",
            label=gettext_lazy("State"),
            primary=lambda channel: channel.state == ChannelState.CONFIRMED,
        ),
        DateColumn("claimed_at", label=gettext_lazy("Added"), sort_key="claimed_at"),
    ]

    def get_base_queryset(self) -> QuerySet[Channel]:
        return Channel.objects.visible_to(self.request.user).select_related("profile")

    def get_edit_url(self, instance: Channel) -> str:
        return reverse("channels:detail", args=[instance.pk])

    def get_list_more_buttons(self, instance: Channel) -> list[Any]:
        return []


class ChannelView(WagtailAdminTemplateMixin, TemplateView):
    """One channel: what she said, the code to look for, and the forms to decide.

    Each POST address takes one decision; the channel is fetched through what the person may decide.
    """

    template_name = "creators_admin/channel.html"
    header_icon = "link"
    decision = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_confirm(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        channel = get_object_or_404(Channel.objects.visible_to(request.user).select_related("profile"), pk=pk)
        return self._show(channel)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        channel = get_object_or_404(Channel.objects.decidable_by(request.user).select_related("profile"), pk=pk)
        form = ConfirmForm(request.POST) if self.decision == "confirm" else RefuseForm(request.POST)
        if not form.is_valid():
            return self._show(channel, form)
        try:
            if self.decision == "confirm":
                channels.confirm(channel=channel, by=request.user, **form.cleaned_data)
            else:
                channels.refuse(channel=channel, by=request.user, **form.cleaned_data)
        except (channels.ChannelError, AddressRefused) as error:
            form.add_error(None, str(error))
            return self._show(channel, form)
        messages.success(request, self._done(channel))
        return redirect("channels:index")

    def _show(self, channel: Channel, form: forms.Form | None = None) -> HttpResponse:
        self.page_title = str(channel)
        own = channel.profile.user_id == self.request.user.pk
        waiting = channel.state == ChannelState.CLAIMED
        context = self.get_context_data(
            channel=channel,
            own=own,
            confirm_form=None,
            refuse_form=None,
            header_title=str(channel),
        )
        if waiting and not own:
            context["confirm_form"] = ConfirmForm(initial={"external_id": channel.external_id})
        if not own and (waiting or channel.state == ChannelState.CONFIRMED):
            context["refuse_form"] = RefuseForm()
        if form is not None:
            context[f"{self.decision}_form"] = form
        return self.render_to_response(context)

    def _done(self, channel: Channel) -> str:
        if self.decision == "confirm":
            return _("%(channel)s is confirmed.") % {"channel": channel}
        return _("%(channel)s is not confirmed. She reads your sentence.") % {"channel": channel}

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("channels:index"), "label": _("Channels")},
            {"url": "", "label": self.page_title},
        ]


class ChannelMenuItem(MenuItem):
    """In the menu of those who confirm channels."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_confirm(request.user)


class ChannelViewSet(ViewSet):
    """The addresses of channels under ``/admin/channels/``."""

    name = "channels"
    icon = "link"
    menu_label = gettext_lazy("Channels")
    menu_order = 320
    add_to_admin_menu = True
    menu_item_class = ChannelMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", ChannelIndexView.as_view(), name="index"),
            path("results/", ChannelIndexView.as_view(results_only=True), name="index_results"),
            path("<uuid:pk>/", ChannelView.as_view(http_method_names=["get"]), name="detail"),
            path(
                "<uuid:pk>/confirm/",
                ChannelView.as_view(decision="confirm", http_method_names=["post"]),
                name="confirm",
            ),
            path(
                "<uuid:pk>/refuse/",
                ChannelView.as_view(decision="refuse", http_method_names=["post"]),
                name="refuse",
            ),
        ]

"""What the admin shows of creators."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from creators.channel_admin import ChannelViewSet


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Name what the log says about creators and channels."""
    for action, label in {
        "creators.profile_made": _("Creator page made"),
        "creators.profile_published": _("Creator page published"),
        "creators.profile_hidden": _("Creator page hidden"),
        "creators.channel_claimed": _("Channel added"),
        "creators.channel_confirmed": _("Channel confirmed"),
        "creators.channel_refused": _("Channel not confirmed"),
        "creators.channel_withdrawn": _("Channel taken away"),
        "creators.channel_restored": _("Channel brought back"),
    }.items():
        actions.register_action(action, label, label)


@hooks.register("register_admin_viewset")
def register_channels() -> ChannelViewSet:
    """Give finance and administrators the channels to confirm."""
    return ChannelViewSet()

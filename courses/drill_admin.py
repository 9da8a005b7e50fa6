"""Practice drills in the Wagtail admin."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.snippets.views.snippets import CreateView

from courses.guarded_admin import GuardedViewSet
from courses.models import Drill, Shelf


class DrillCreateView(CreateView):
    """A new drill belongs to the shelf of who writes it; a translation to that of its original."""

    def save_instance(self) -> Drill:
        """Write it with its shelf. Raises PermissionDenied for who teaches nowhere."""
        drill = self.form.instance
        shelf = Shelf.objects.of(self.request.user).order_by("opened_at").first()
        if shelf is None:
            raise PermissionDenied
        drill.shelf = shelf
        return super().save_instance()


class DrillViewSet(GuardedViewSet):
    """The bank of drills. Changing one changes it for everybody; answers keep what was right then."""

    model = Drill
    icon = "rotate"
    menu_label = _("Practice drills")
    menu_order = 330
    list_display = ["title", "skill", "locale", "is_in_use", "shelf"]
    list_filter = ["skill", "is_in_use"]
    panels = [FieldPanel("title"), FieldPanel("skill"), FieldPanel("question"), FieldPanel("is_in_use")]
    add_view_class = DrillCreateView

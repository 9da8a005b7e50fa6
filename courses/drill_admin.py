"""Questions and drills in the Wagtail admin."""

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.widgets import Button
from wagtail.snippets.views.snippets import CreateView, IndexView

from courses.guarded_admin import GuardedViewSet
from courses.models import Drill, Shelf


class DrillIndexView(IndexView):
    """The list, with the way to a lesson."""

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """Add it to what else can be done."""
        to_lesson = Button(_("Into a quiz, or out of one"), url=reverse("bank:index"), icon_name="help", priority=10)
        return [*super().header_more_buttons, to_lesson]


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
    """The bank of questions and drills.

    Changing one changes it for everybody who practises; answers keep what was right then, and quizzes their copies.
    """

    model = Drill
    icon = "rotate"
    menu_label = _("Questions and drills")
    menu_order = 330
    list_display = [
        "title",
        "skill",
        "locale",
        BooleanColumn("is_in_use", label=_("Used for practice"), sort_key="is_in_use"),
        "shelf",
    ]
    list_filter = ["skill", "is_in_use", "locale"]
    panels = [FieldPanel("title"), FieldPanel("skill"), FieldPanel("question"), FieldPanel("is_in_use")]
    index_view_class = DrillIndexView
    add_view_class = DrillCreateView

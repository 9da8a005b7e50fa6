"""Rubrics in the Wagtail admin."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.permission_policies.base import ModelPermissionPolicy
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet, SnippetChosenView
from wagtail.snippets.views.snippets import CreateView

from courses.guarded_admin import GuardedEditView, GuardedViewSet
from courses.models import Rubric
from courses.models.rubrics import RubricQuerySet
from courses.rubrics import may_change, new_version, shelf_for_new


class RubricPolicy(ModelPermissionPolicy):
    """Nobody deletes a rubric: grades rest on it. A version is changed only by who may change it."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Refuse ``delete`` to everybody, superusers included."""
        return action != "delete" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Ask for each action on its own."""
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Rubric) -> bool:
        """Look at whose shelf it is."""
        allowed = self.user_has_permission(user, action)
        return allowed and (action != "change" or may_change(user, instance))


class RubricCreateView(CreateView):
    """A new rubric belongs to the shelf of who writes it."""

    def save_instance(self) -> Rubric:
        """Write it with its shelf."""
        self.form.instance.shelf = shelf_for_new(self.request.user)
        return super().save_instance()


class RubricEditView(GuardedEditView):
    """Saving adds a version."""

    def get_object(self, *args: Any, **kwargs: Any) -> Rubric:
        """Return the version in use, when she may change it."""
        rubric = super().get_object(*args, **kwargs)
        if not may_change(self.request.user, rubric):
            raise PermissionDenied
        return rubric

    def save_instance(self) -> Rubric:
        """Leave the version as it is and add one."""
        data = self.form.cleaned_data
        return new_version(
            rubric=Rubric.objects.get(pk=self.object.pk),
            name=data["name"],
            criteria=data["criteria"],
            locale=data["locale"],
            by=self.request.user,
        )


class ChooseMine:
    """Lists what the user may use."""

    request: HttpRequest

    def get_object_list(self) -> RubricQuerySet:
        """Return the versions in use."""
        return Rubric.objects.visible_to(self.request.user)


class ChooseRubricView(ChooseMine, ChooseView):
    """The chooser."""


class ChooseRubricResultsView(ChooseMine, ChooseResultsView):
    """The chooser's list after a search."""


class RubricChosenView(SnippetChosenView):
    """One was chosen."""

    def get_object(self, pk: Any) -> Rubric:
        """Return it, or 404."""
        rubric = Rubric.objects.visible_to(self.request.user).filter(pk=pk).first()
        if rubric is None:
            raise Http404
        return rubric


class RubricChooserViewSet(SnippetChooserViewSet):
    """Choosing a rubric for an assignment."""

    choose_view_class = ChooseRubricView
    choose_results_view_class = ChooseRubricResultsView
    chosen_view_class = RubricChosenView


class RubricViewSet(GuardedViewSet):
    """Rubrics, only the versions in use."""

    model = Rubric
    icon = "list-ul"
    menu_label = _("Rubrics")
    menu_order = 320
    list_display = ["name", "locale", "shelf", "made_at"]
    panels = [FieldPanel("name"), FieldPanel("locale"), FieldPanel("criteria")]
    add_view_class = RubricCreateView
    edit_view_class = RubricEditView
    chooser_viewset_class = RubricChooserViewSet

"""People in the Wagtail admin: how to reach them, what others see, and their roles. No password is typed there."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.forms import CheckboxSelectMultiple
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, BulkActionsCheckboxColumn, Column, DateColumn
from wagtail.users.views import users

from accounts.forms import time_zones
from accounts.phones import normalise
from accounts.roles import LABELS, Role


class RolesField(forms.ModelMultipleChoiceField):
    """The groups of the site: roles under their names for people, shelves as they are called."""

    widget = CheckboxSelectMultiple

    def label_from_instance(self, group: Group) -> str:
        return str(LABELS.get(group.name, group.name))


class PersonForm(forms.ModelForm):
    """A person as an administrator sees her. She proves her address herself, with a code, when she signs in."""

    class Meta:
        model = get_user_model()
        fields = ["email", "phone", "public_name", "language", "time_zone", "is_active", "groups"]
        help_texts = {
            "email": _("An e-mail address or a phone number is needed. She signs in with a code sent to it."),
        }

    def __init__(self, *args: Any, editing_self: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, initial="en")
        self.fields["time_zone"] = forms.ChoiceField(label=_("Time zone"), choices=time_zones, initial="UTC")
        self.fields["groups"] = RolesField(Group.objects.order_by("name"), label=_("Roles"), required=False)
        if editing_self:
            del self.fields["is_active"]
        if self.instance.pk is None:
            self.fields.pop("is_active", None)

    def clean_email(self) -> str | None:
        """Keep it in small letters, and none as NULL."""
        return (self.cleaned_data["email"] or "").lower() or None

    def clean_phone(self) -> str | None:
        """Keep it as E.164, and none as NULL."""
        phone = self.cleaned_data["phone"]
        return normalise(phone) if phone else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not cleaned.get("email") and not cleaned.get("phone"):
            self.add_error("email", _("Write an e-mail address or a phone number."))
        return cleaned

    def save(self, commit: bool = True) -> Any:
        """Save; a new person has no password, and a changed number is unproved. Of one who is here, only the form."""
        person = super().save(commit=False)
        fields = None
        if person.pk is None:
            person.set_unusable_password()
        else:
            fields = [name for name in self.fields if name != "groups"] + ["phone_verified"]
        if "phone" in self.changed_data:
            person.phone_verified = False
        if commit:
            person.save(update_fields=fields)
            self.save_m2m()
        return person


class IndexView(users.IndexView):
    """People with what tells them apart; the handle inside is nobody's business."""

    page_title = _("People")
    add_item_label = _("Add a person")

    @cached_property
    def columns(self) -> list[Column]:
        return [
            BulkActionsCheckboxColumn("bulk_actions", obj_type="user"),
            self._get_title_column_class(users.UserColumn)(
                "name",
                accessor=str,
                label=_("Name"),
                sort_key="public_name",
                get_url=self.get_edit_url,
                classname="name",
            ),
            Column("email", label=_("E-mail"), sort_key="email"),
            Column("phone", label=_("Phone"), sort_key="phone"),
            Column("roles", label=_("Roles"), accessor=_roles_of),
            BooleanColumn("is_active", label=_("May sign in"), sort_key="is_active"),
            DateColumn("last_login", label=_("Last here"), sort_key="last_login"),
        ]

    @cached_property
    def search_fields(self) -> set[str]:
        return {"public_name", "email", "phone"}

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().filter(erased_at=None).prefetch_related("groups")


def _roles_of(person: Any) -> str:
    names = {group.name for group in person.groups.all()}
    return ", ".join(str(role.label) for role in Role if role.value in names)


class PeopleViewSet(users.UserViewSet):
    """Wagtail's own pages for users, with our form and our list."""

    ordering = "public_name"
    menu_label = _("People")
    index_view_class = IndexView

    def get_form_class(self, for_update: bool = False) -> type[PersonForm]:
        return PersonForm

"""What can happen to a certificate: its name, who may fetch its files, and taking it back."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from courses.models import Certificate


@transaction.atomic
def write_name(*, certificate: Certificate, name: str, by: Any) -> Certificate:
    """Put ``name`` on a certificate that has none yet.

    Raises ValidationError when it has one or ``name`` is empty.
    """
    name = " ".join(name.split())
    if not name:
        raise ValidationError(_("Write the name that the certificate should show."))
    changed = Certificate.objects.filter(pk=certificate.pk, name="").update(name=name)
    if not changed:
        raise ValidationError(_("This certificate has a name already."))
    certificate.name = name
    log(certificate, "courses.name_certificate", user=by)
    return certificate


@transaction.atomic
def open_files(*, certificate: Certificate, is_open: bool, by: Any) -> None:
    """Let everybody fetch the files of a certificate, or nobody but her."""
    if Certificate.objects.filter(pk=certificate.pk).exclude(is_open=is_open).update(is_open=is_open):
        log(certificate, "courses.open_certificate" if is_open else "courses.close_certificate", user=by)


def may_take_back(user: Any) -> bool:
    """Say whether ``user`` may take certificates back: administrators."""
    return user.is_authenticated and (user.is_superuser or user.has_role("administrator"))


@transaction.atomic
def take_back(*, certificate: Certificate, because: str, by: Any) -> None:
    """Say for ever that a certificate is not valid any more, and why; taking it back twice changes nothing.

    What she has finished stays finished. Raises PermissionDenied, and ValidationError without a reason.
    """
    if not may_take_back(by):
        raise PermissionDenied
    because = " ".join(because.split())
    if not because:
        raise ValidationError(_("Write why the certificate is taken back. Whoever checks it reads this."))
    valid = Certificate.objects.filter(pk=certificate.pk, taken_back_at=None)
    if valid.update(taken_back_at=timezone.now(), taken_back_because=because):
        log(certificate, "courses.take_back_certificate", user=by, data={"because": because})

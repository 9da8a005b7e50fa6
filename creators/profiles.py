"""Making a graduate's profile, exactly once, and deciding who sees it."""

import re
import secrets
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from courses.models import Certificate, Submission
from creators.models import Channel, PortfolioItem, Profile
from creators.photos import CleanPhoto

NEUTRAL_WORD = "creator"
MOST_ATTEMPTS = 8
CHANCE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
CONTACT = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+|(?:\+|00)?\d(?:[\s().-]?\d){6,}")
DATES = re.compile(r"\b(?:19|20)\d\d\s?[-–—/]\s?(?:(?:19|20)\d\d|\d{1,2}[-/]\d{1,2})\b")


def tells_how_to_reach_her(text: str) -> bool:
    """Say whether ``text`` seems to hold an e-mail address or a phone number; dates and spans of years are neither."""
    return bool(CONTACT.search(DATES.sub("", text)))


def slug_for(user: Any, *, chance: bool = False) -> str:
    """Return an address for her page from her public name, never from her e-mail or phone.

    With ``chance``, or where the name gives none, a short random part follows.
    """
    name = user.public_name or ""
    slug = "" if tells_how_to_reach_her(name) else slugify(name)[:40].strip("-_")
    if len(slug) < 3 or is_private_word(slug, user):
        return neutral_slug()
    return f"{slug}-{_chance()}" if chance else slug


def neutral_slug() -> str:
    """Return an address that says nothing about anyone."""
    return f"{NEUTRAL_WORD}-{_chance()}"


def _chance() -> str:
    return "".join(secrets.choice(CHANCE_LETTERS) for _letter in range(5))


def is_private_word(slug: str, user: Any) -> bool:
    """Say whether ``slug`` gives away her e-mail address or her phone number."""
    mailbox = slugify((user.email or "").split("@")[0].replace(".", "-").replace("_", "-"))
    digits = re.sub(r"\D", "", slug)
    phone = re.sub(r"\D", "", user.phone or "")
    return slug.replace("_", "-") == mailbox or len(digits) > 6 or (len(digits) > 4 and digits in phone)


@transaction.atomic
def make_profile(*, user: Any) -> Profile:
    """Give a graduate her role and her private profile; doing it again, even at the same moment, is harmless.

    Runs inside the caller's transaction: with the graduation, or not at all.
    """
    user.give_role("creator")
    chance = False
    for _attempt in range(MOST_ATTEMPTS):
        existing = Profile.objects.filter(user=user).first()
        if existing:
            return existing
        slug = slug_for(user, chance=chance)
        name = str(user) if not tells_how_to_reach_her(str(user)) else _("A creator")
        try:
            with transaction.atomic():
                profile = Profile.objects.create(user=user, slug=slug, display_name=name)
        except IntegrityError:
            chance = True  # the slug is somebody's, or another process has just made her profile
            continue
        log(profile, "creators.profile_made", user=user)
        return profile
    raise RuntimeError(f"No free address for the page of user {user.pk}")


@transaction.atomic
def publish(*, profile: Profile, by: Any) -> None:
    """Let anyone see her page. Raises PermissionDenied unless it is hers."""
    profile = _hers(profile, by)
    if profile.published_at is None:
        profile.published_at = timezone.now()
        profile.save(update_fields=["published_at"])
        log(profile, "creators.profile_published", user=by)


@transaction.atomic
def hide(*, profile: Profile, by: Any) -> None:
    """Take her page from the public at once. Raises PermissionDenied unless it is hers."""
    profile = _hers(profile, by)
    if profile.published_at is not None:
        profile.published_at = None
        profile.save(update_fields=["published_at"])
        log(profile, "creators.profile_hidden", user=by)


@transaction.atomic
def save_page(
    *,
    profile: Profile,
    by: Any,
    photo: CleanPhoto | None = None,
    remove_photo: bool = False,
    films: Iterable[Submission] = (),
    certificates: Iterable[Certificate] = (),
    shown_channels: Iterable[Channel] = (),
) -> None:
    """Save what she changed on her page; a photo that was replaced or removed goes after the commit.

    Raises PermissionDenied unless the page is hers, and IntegrityError when the address was taken meanwhile.
    """
    stored = _hers(profile, by)
    if photo or remove_photo:
        profile.photo = ""
        profile.thumbnail = b""
        if stored.photo:
            transaction.on_commit(partial(stored.photo.storage.delete, stored.photo.name))
    if photo:
        profile.photo.save("photo.webp", ContentFile(photo.photo), save=False)
        profile.thumbnail = photo.thumbnail
    profile.published_at = stored.published_at  # only publish() and hide() change this
    profile.save()
    shown = [channel.pk for channel in shown_channels]
    profile.channels.exclude(pk__in=shown).filter(is_shown=True).update(is_shown=False)
    profile.channels.confirmed().filter(pk__in=shown).update(is_shown=True)
    profile.certificates.set(certificates)
    _choose_films(profile, list(films))
    log(profile, "wagtail.edit", user=by)


@transaction.atomic
def move_film_up(*, item: PortfolioItem, by: Any) -> None:
    """Let a film of hers change places with the one before it; the first stays. Raises PermissionDenied."""
    profile = _hers(item.profile, by)
    items = list(profile.portfolio.all())
    place = next(number for number, other in enumerate(items) if other.pk == item.pk)
    if place:
        items[place - 1], items[place] = items[place], items[place - 1]
    _number(items)


def _choose_films(profile: Profile, films: list[Submission]) -> None:
    """Show exactly ``films``: those that stay keep their order, new ones follow."""
    profile.portfolio.exclude(submission__in=films).delete()
    there = list(profile.portfolio.all())
    known = {item.submission_id for item in there}
    new = [PortfolioItem(profile=profile, submission=film) for film in films if film.pk not in known]
    PortfolioItem.objects.bulk_create(new)
    _number([*there, *new])


def _number(items: list[PortfolioItem]) -> None:
    for position, item in enumerate(items):
        item.position = position
    PortfolioItem.objects.bulk_update(items, ["position"])


def _hers(profile: Profile, by: Any) -> Profile:
    profile = Profile.objects.select_for_update().get(pk=profile.pk)
    if profile.user_id != by.pk:
        raise PermissionDenied
    return profile

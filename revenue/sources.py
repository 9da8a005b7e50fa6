"""The sources and mappings every installation has, and the programme's first share agreement; making more of them."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from revenue.audit import log
from revenue.errors import NotReadyError
from revenue.importing import mapping as mappings
from revenue.importing.ready_made import MAPPINGS, SOURCES
from revenue.models import Mapping, ShareAgreement, Source
from revenue.models.sources import Figures

YOUTUBE_AD_REVENUE = "youtube-ad-revenue"
TEMPLATE = "template"
FIRST_SHARE_BPS = 7000
FIRST_MONTH = date(2020, 1, 1)


def ensure_standard_sources() -> None:
    """Make the standard mappings and sources and, while there is no agreement at all, one of 70 % for the creator.

    Doing it again changes nothing, so finance may rename a source, give it another mapping or end the agreement. A
    mapping that a new release ships with is added as a version.
    """
    ready = {slug: _ready_made(slug, name, spec) for slug, (name, spec) in MAPPINGS.items()}
    for slug, (name, platform, currency, is_final, mapping) in SOURCES.items():
        figures = Figures.FINAL if is_final else Figures.ESTIMATED
        Source.objects.get_or_create(
            slug=slug,
            defaults={"name": name, "platform": platform, "currency": currency, "figures": figures,
                      "mapping": ready[mapping]},
        )  # fmt: skip
    if not ShareAgreement.objects.exists():
        ShareAgreement.objects.create(creator_bps=FIRST_SHARE_BPS, effective_from=FIRST_MONTH)


@transaction.atomic
def make_source(
    *, name: str, platform: str, account: str, currency: str, figures: str, mapping: Mapping, by: Any
) -> Source:
    """Make a source; what it is never changes. Raises NotReadyError when one of this name is there."""
    slug = slugify(name, allow_unicode=False) or f"source-{Source.objects.count() + 1}"
    if Source.objects.filter(slug=slug).exists():
        raise NotReadyError(_("There is a source of this name already."))
    source = Source.objects.create(
        slug=slug[:60], name=name, platform=platform, account=account.strip(), currency=currency, figures=figures,
        mapping=mapping,
    )  # fmt: skip
    log(source, "revenue.source_made", user=by)
    return source


@transaction.atomic
def teach(*, source: Source, spec: dict[str, Any], by: Any) -> Mapping:
    """Give ``source`` a new version of its mapping; reports that were posted keep theirs.

    Raises UnreadableReportError when it is no mapping. The same mapping again makes no version.
    """
    mappings.of_json(spec)
    source = Source.objects.select_for_update().get(pk=source.pk)
    if source.mapping.spec == spec:
        return source.mapping
    slug, name = source.mapping.slug, source.mapping.name
    if Source.objects.filter(mapping__slug=slug).exclude(pk=source.pk).exists() or slug in MAPPINGS:
        slug, name = f"{source.slug[:50]}-own", source.name  # what others use stays theirs
    source.mapping = _next_version(slug, name, spec, by)
    source.save(update_fields=["mapping"])
    log(
        source,
        "revenue.mapping_taught",
        user=by,
        data={"mapping": source.mapping.slug, "version": source.mapping.version},
    )
    return source.mapping


def _ready_made(slug: str, name: str, spec: dict[str, Any]) -> Mapping:
    known = {version.pk: version for version in Mapping.objects.filter(slug=slug)}
    same = next((version for version in known.values() if version.spec == spec), None)
    return same or _next_version(slug, name, spec, None)


def _next_version(slug: str, name: str, spec: dict[str, Any], by: Any) -> Mapping:
    latest = Mapping.objects.filter(slug=slug).aggregate(latest=Max("version"))["latest"] or 0
    return Mapping.objects.create(slug=slug, version=latest + 1, name=name, spec=spec, made_by=by)

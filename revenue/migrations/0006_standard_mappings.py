"""Give each source and each report the mapping that stands for the format it had."""

from django.db import migrations

from revenue.importing.ready_made import MAPPINGS

FORMATS = {"youtube_ad_revenue_raw_a1": "youtube-ad-revenue-raw-a1", "template": "hearthlight-table"}


def fill(apps, schema_editor):
    Mapping, Source, Report = (apps.get_model("revenue", name) for name in ("Mapping", "Source", "Report"))
    for format_name, slug in FORMATS.items():
        sources = Source.objects.filter(format=format_name)
        if not sources.exists():
            continue
        name, spec = MAPPINGS[slug]
        mapping, _made = Mapping.objects.get_or_create(slug=slug, version=1, defaults={"name": name, "spec": spec})
        Report.objects.filter(source__in=sources).update(mapping=mapping)
        sources.update(mapping=mapping)


def empty(apps, schema_editor):
    Source = apps.get_model("revenue", "Source")
    for format_name, slug in FORMATS.items():
        Source.objects.filter(mapping__slug=slug).update(format=format_name)


class Migration(migrations.Migration):
    dependencies = [("revenue", "0005_sources_have_mappings")]

    operations = [migrations.RunPython(fill, empty)]

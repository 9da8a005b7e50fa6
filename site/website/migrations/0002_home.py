"""Put a home page of ours where Wagtail's welcome page was, and make a locale for each language of the settings."""

from django.conf import settings
from django.db import migrations


def make_home(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    Locale = apps.get_model("wagtailcore", "Locale")
    HomePage = apps.get_model("website", "HomePage")

    for code, _label in settings.WAGTAIL_CONTENT_LANGUAGES:
        Locale.objects.get_or_create(language_code=code)

    Page.objects.filter(
        content_type__app_label="wagtailcore", content_type__model="page", slug="home", depth=2, numchild=0
    ).delete()
    root = Page.objects.get(depth=1)
    taken = set(Page.objects.filter(depth=2).values_list("path", flat=True))
    number = next(n for n in range(1, 10_000) if f"{root.path}{n:04d}" not in taken)
    content_type, _made = ContentType.objects.get_or_create(app_label="website", model="homepage")
    home = HomePage.objects.create(
        title="Hearthlight",
        draft_title="Hearthlight",
        slug="home",
        content_type=content_type,
        locale=Locale.objects.get(language_code=settings.LANGUAGE_CODE),
        path=f"{root.path}{number:04d}",
        depth=2,
        numchild=0,
        url_path="/home/",
    )
    root.numchild = Page.objects.filter(depth=2).count()
    root.save(update_fields=["numchild"])
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "site_name": "Hearthlight", "root_page": home}
    )


def remove_home(apps, schema_editor):
    Page = apps.get_model("wagtailcore", "Page")
    HomePage = apps.get_model("website", "HomePage")
    Site = apps.get_model("wagtailcore", "Site")
    homes = HomePage.objects.filter(depth=2)
    Site.objects.filter(root_page__in=homes.values("pk")).delete()
    for home in homes:
        Page.objects.filter(path__startswith=home.path).delete()
    root = Page.objects.get(depth=1)
    root.numchild = Page.objects.filter(depth=2).count()
    root.save(update_fields=["numchild"])


class Migration(migrations.Migration):
    dependencies = [
        ("website", "0001_initial"),
        ("wagtailcore", "0054_initial_locale"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_home, remove_home)]

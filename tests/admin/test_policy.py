"""The Wagtail admin works under our Content-Security-Policy: no inline script without the page's nonce."""

import re

import pytest
from wagtail.models import Page

from tests.factories.accounts import UserFactory
from website.models import HomePage

pytestmark = pytest.mark.django_db
SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>", re.IGNORECASE)


@pytest.fixture
def admin(client):
    client.force_login(UserFactory(is_superuser=True))
    return client


def inline_scripts(html):
    """The attributes of each inline script that a browser would run."""
    found = [match["attributes"] for match in SCRIPT.finditer(html)]
    return [text for text in found if "src=" not in text and "application/json" not in text]


def assert_every_inline_script_has_the_nonce(response):
    policy = response.headers["Content-Security-Policy"]
    html = response.content.decode()
    scripts = inline_scripts(html)
    nonce = re.search(r"'nonce-([^']+)'", policy)
    for attributes in scripts:
        assert nonce, "inline script on a page whose policy has no nonce"
        assert f'nonce="{nonce.group(1)}"' in attributes
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert not re.search(r"\son(click|change|submit|load)=", html)
    return len(scripts)


ADDRESSES = [
    "/admin/",
    "/admin/pages/",
    "/admin/images/",
    "/admin/images/add/",
    "/admin/documents/",
    "/admin/users/",
    "/admin/users/new/",
    "/admin/groups/new/",
    "/admin/collections/",
    "/admin/locales/",
    "/admin/redirects/",
    "/admin/reports/site-history/",
    "/admin/reports/workflow/",
    "/admin/workflows/list/",
    "/admin/sites/new/",
    "/admin/account/",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_pages_of_the_admin_hold_to_the_policy(admin, address):
    response = admin.get(address)
    assert response.status_code == 200
    assert_every_inline_script_has_the_nonce(response)


def test_the_page_editor_with_its_date_pickers_choosers_and_blocks(admin):
    home = HomePage.objects.get()
    response = admin.get(f"/admin/pages/{home.pk}/edit/")
    assert assert_every_inline_script_has_the_nonce(response) > 0
    assert "initDateTimeChooser" in response.content.decode()


def test_choosers_and_inline_panels_of_a_workflow(admin):
    response = admin.get("/admin/workflows/add/")
    html = response.content.decode()
    assert assert_every_inline_script_has_the_nonce(response) > 0
    assert "InlinePanel" in html or "PageChooser" in html


def test_a_translation_can_be_asked_for(admin):
    home = HomePage.objects.get()
    response = admin.get(f"/admin/localize/submit/page/{home.pk}/")
    assert response.status_code in {200, 302}
    if response.status_code == 200:
        assert_every_inline_script_has_the_nonce(response)


def test_every_date_widget_carries_the_nonce(rf):
    from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput, AdminTimeInput

    from website.csp import current_request

    request = rf.get("/admin/")
    request.csp_nonce = "abc123"
    token = current_request.set(request)
    try:
        for widget in (AdminDateInput(), AdminTimeInput(), AdminDateTimeInput()):
            assert '<script nonce="abc123">' in widget.render("when", None, {"id": "id_when"})
    finally:
        current_request.reset(token)


def test_every_chooser_carries_the_nonce(rf, db):
    from wagtail.admin.widgets import AdminPageChooser
    from wagtail.images.widgets import AdminImageChooser

    from website.csp import current_request

    request = rf.get("/admin/")
    request.csp_nonce = "abc123"
    token = current_request.set(request)
    try:
        for widget in (AdminPageChooser(target_models=[Page]), AdminImageChooser()):
            assert '<script nonce="abc123">' in widget.render("thing", None, {"id": "id_thing"})
    finally:
        current_request.reset(token)

"""An address without a language leads to a page in hers, or is not found."""

import pytest

pytestmark = pytest.mark.django_db


def test_a_view_that_finds_nothing_is_not_found_at_once(client):
    response = client.get("/creators/nobody-of-this-name/")
    assert response.status_code == 404
    assert response["Content-Language"] == "en"
    assert "Accept-Language" in response["Vary"]


def test_an_address_no_view_knows_leads_to_pages_in_her_language(client):
    response = client.get("/some-page/", headers={"accept-language": "zh-hans"})
    assert response.status_code == 302
    assert response["Location"] == "/zh-hans/some-page/"

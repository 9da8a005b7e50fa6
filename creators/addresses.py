"""What a creator types for a channel, made into one id and one safe address.

Nothing is fetched: the address is only read. A short link is refused, because it says nothing until it is opened.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

from django.utils.translation import gettext as _

LONGEST = 400


class AddressRefused(ValueError):
    """The address is not one of a channel; the message says why and what to do."""


@dataclass(frozen=True)
class Address:
    """One channel: its id in a single form, and a link to it."""

    external_id: str
    url: str


def read_address(platform: str, typed: str) -> Address:
    """Make an :class:`Address` of an id, a handle or a link. Raises AddressRefused."""
    text = unicodedata.normalize("NFC", typed).strip()
    if not text:
        raise AddressRefused(_("Write the address of the channel, or its id."))
    if len(text) > LONGEST:
        raise AddressRefused(_("This address is too long. Copy only the address of the channel itself."))
    if any(unicodedata.category(char)[0] in "CZ" for char in text) or "\\" in text:
        raise AddressRefused(_("There is a space or a hidden character in this address. Copy it once more."))
    return READERS[platform](text)


def is_report_id(platform: str, external_id: str) -> bool:
    """Say whether the platform's reports name the channel by this id, so that money can find it."""
    pattern = REPORT_IDS.get(platform)
    return pattern is None or bool(pattern.fullmatch(external_id))


REPORT_IDS = {"youtube": re.compile(r"UC[\w-]{22}", re.ASCII), "facebook": re.compile(r"\d{5,25}", re.ASCII)}


def _youtube(text: str) -> Address:
    """Read ``UC…``, ``@handle`` or a link to either."""
    if link := _link(text, "youtube.com"):
        parts = _path(link)
        if len(parts) > 1 and parts[0] == "channel":
            text = parts[1]
        elif parts and parts[0].startswith("@"):
            text = parts[0]
        else:
            raise AddressRefused(
                _("This is not the address of a channel. It looks like youtube.com/@name or youtube.com/channel/UC….")
            )
    if REPORT_IDS["youtube"].fullmatch(text):
        return Address(text, f"https://www.youtube.com/channel/{text}")
    handle = text.removeprefix("@").lower()
    if re.fullmatch(r"[\w.·-]{3,30}", handle):
        return Address(f"@{handle}", f"https://www.youtube.com/@{quote(handle)}")
    raise AddressRefused(_("A YouTube channel has a name such as @name, or an id of 24 letters that begins with UC."))


def _tiktok(text: str) -> Address:
    if link := _link(text, "tiktok.com"):
        parts = _path(link)
        if not parts or not parts[0].startswith("@"):
            raise AddressRefused(_("This is not the address of a TikTok profile. It looks like tiktok.com/@name."))
        text = parts[0]
    handle = text.removeprefix("@").lower()
    if not re.fullmatch(r"[\w.]{2,24}", handle, re.ASCII):
        raise AddressRefused(_("A TikTok name has 2 to 24 letters, digits, dots and underscores."))
    return Address(f"@{handle}", f"https://www.tiktok.com/@{handle}")


def _douyin(text: str) -> Address:
    if link := _link(text, "douyin.com"):
        parts = _path(link)
        if len(parts) < 2 or parts[0] != "user":
            raise AddressRefused(_("This is not the address of a Douyin profile. It looks like douyin.com/user/…."))
        text = parts[1]
    if not re.fullmatch(r"[\w.-]{4,120}", text, re.ASCII):
        raise AddressRefused(_("A Douyin id has only letters, digits, dots, dashes and underscores."))
    return Address(text, f"https://www.douyin.com/user/{text}")


def _toutiao(text: str) -> Address:
    if link := _link(text, "toutiao.com"):
        parts = _path(link)
        if len(parts) < 3 or parts[:2] != ["c", "user"]:
            raise AddressRefused(_("This is not the address of a Toutiao page. It looks like toutiao.com/c/user/…."))
        text = parts[3] if parts[2] == "token" and len(parts) > 3 else parts[2]
    if re.fullmatch(r"\d{5,25}", text, re.ASCII):
        return Address(text, f"https://www.toutiao.com/c/user/{text}/")
    if re.fullmatch(r"MS4w[\w.-]{10,120}", text, re.ASCII):
        return Address(text, f"https://www.toutiao.com/c/user/token/{text}/")
    raise AddressRefused(_("A Toutiao id is a number, or a long word that begins with MS4w."))


def _facebook(text: str) -> Address:
    """Read a page's number or name; Facebook does not count dots and capitals in names."""
    if link := _link(text, "facebook.com", "fb.com"):
        parts = _path(link)
        if parts[:1] == ["profile.php"]:
            text = parse_qs(link.query).get("id", [""])[0]
        elif len(parts) > 2 and parts[0] in {"pages", "people"}:
            text = parts[2]
        else:
            text = parts[0] if parts else ""
    if re.fullmatch(r"\d{5,25}", text, re.ASCII):
        return Address(text, f"https://www.facebook.com/profile.php?id={text}")
    name = text.replace(".", "").lower()
    if not re.fullmatch(r"[a-z0-9]{5,50}", name):
        raise AddressRefused(_("This is not the address of a Facebook page. It looks like facebook.com/name."))
    return Address(name, f"https://www.facebook.com/{name}")


def _own_site(text: str) -> Address:
    """Read a site's address: a real host name on the ordinary port."""
    link = _split(text)
    host = _ascii_host(link)
    path = quote(unquote(link.path), safe="/~@:+,;=&!$'()*-._").rstrip("/")
    if link.query or link.fragment or ".." in path:
        raise AddressRefused(_("Write the address without anything after a ? or a #."))
    return Address(host.removeprefix("www.") + path, f"https://{host}{path}/")


READERS: dict[str, Callable[[str], Address]] = {
    "youtube": _youtube,
    "tiktok": _tiktok,
    "douyin": _douyin,
    "toutiao": _toutiao,
    "facebook": _facebook,
    "own_site": _own_site,
}


def _link(text: str, *hosts: str) -> SplitResult | None:
    """Return the link in ``text``, or None when it is a bare id. Raises AddressRefused for a foreign host."""
    bare = "/" not in text and ":" not in text and not text.lower().endswith(hosts)
    if bare:
        return None
    link = _split(text)
    host = _ascii_host(link)
    if host in {f"{short}.{name}" for short in ("v", "vm", "vt") for name in hosts}:
        raise AddressRefused(_("This is a short link. Open it, and copy the long address you see then."))
    if host not in {prefix + name for prefix in ("", "www.", "m.", "web.") for name in hosts}:
        raise AddressRefused(_("This address is not on %(host)s.") % {"host": hosts[0]})
    return link


def _split(text: str) -> SplitResult:
    """Split a web address; ``example.org/x`` is read as ``https://example.org/x``."""
    if "://" not in text:
        text = f"https://{text}"
    try:
        link = urlsplit(text)
        port = link.port
    except ValueError as error:
        raise AddressRefused(_("This is not a web address.")) from error
    if link.scheme.lower() not in {"http", "https"} or not link.hostname:
        raise AddressRefused(_("This is not a web address. It begins with https://."))
    if link.username is not None or link.password is not None or port not in {None, 80, 443}:
        raise AddressRefused(_("This address hides where it leads. Copy it from the top of your browser."))
    return link


def _ascii_host(link: SplitResult) -> str:
    """Return the host in lower-case ASCII. Raises AddressRefused for numbers, local names and broken names."""
    refused = AddressRefused(_("This is not the address of a public web site."))
    try:
        host = (link.hostname or "").rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise refused from error
    label = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
    if not re.fullmatch(rf"({label}\.)+{label}", host) or host.rsplit(".", 1)[-1].isdigit():
        raise refused
    if host.endswith((".local", ".localhost", ".internal", ".test", ".invalid", ".onion", ".lan", ".home.arpa")):
        raise refused
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host
    raise refused


def _path(link: SplitResult) -> list[str]:
    return [unquote(part) for part in link.path.split("/") if part]

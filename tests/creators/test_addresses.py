"""What she types for a channel becomes one id; what is hostile is refused."""

import pytest

from creators.addresses import AddressRefused, is_report_id, read_address

UC = "UC_x5XG1OV2P6uZZ5FSM9Ttw"
SEC = "MS4wLjABAAAAqTzvFbJZ5u-_RC9r3DI3lDJB1ggIu1zAxI"


@pytest.mark.parametrize(
    ("platform", "typed", "external_id", "url"),
    [
        ("youtube", UC, UC, f"https://www.youtube.com/channel/{UC}"),
        (
            "youtube",
            f"  https://m.youtube.com/channel/{UC}/videos?view=0 ",
            UC,
            f"https://www.youtube.com/channel/{UC}",
        ),
        ("youtube", "@MeiCooks", "@meicooks", "https://www.youtube.com/@meicooks"),
        ("youtube", "youtube.com/@Mei.Cooks/shorts", "@mei.cooks", "https://www.youtube.com/@mei.cooks"),
        ("youtube", "https://www.youtube.com/@%E6%A2%85", None, None),
        ("youtube", "@梅子做菜", "@梅子做菜", "https://www.youtube.com/@%E6%A2%85%E5%AD%90%E5%81%9A%E8%8F%9C"),
        ("tiktok", "https://www.tiktok.com/@Mei_1?lang=en", "@mei_1", "https://www.tiktok.com/@mei_1"),
        ("tiktok", "mei_1", "@mei_1", "https://www.tiktok.com/@mei_1"),
        ("douyin", f"https://www.douyin.com/user/{SEC}?from=web", SEC, f"https://www.douyin.com/user/{SEC}"),
        ("toutiao", "https://www.toutiao.com/c/user/token/" + SEC, SEC, f"https://www.toutiao.com/c/user/token/{SEC}/"),
        ("toutiao", "50502346173", "50502346173", "https://www.toutiao.com/c/user/50502346173/"),
        ("facebook", "https://m.facebook.com/Mei.Cooks/", "meicooks", "https://www.facebook.com/meicooks"),
        (
            "facebook",
            "https://www.facebook.com/profile.php?id=100064860875397",
            "100064860875397",
            "https://www.facebook.com/profile.php?id=100064860875397",
        ),
        (
            "own_site",
            "http://WWW.Mei-Cooks.example/blog/",
            "mei-cooks.example/blog",
            "https://www.mei-cooks.example/blog/",
        ),
        ("own_site", "bücher.example", "xn--bcher-kva.example", "https://xn--bcher-kva.example/"),
    ],
)
def test_one_channel_has_one_id_however_it_is_typed(platform, typed, external_id, url):
    if external_id is None:
        with pytest.raises(AddressRefused):
            read_address(platform, typed)
        return
    address = read_address(platform, typed)
    assert (address.external_id, address.url) == (external_id, url)
    assert read_address(platform, address.url).external_id == external_id


@pytest.mark.parametrize("platform", ["youtube", "tiktok", "douyin", "toutiao", "facebook", "own_site"])
@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "x" * 401,
        "javascript:alert(1)",
        "JaVaScRiPt://www.youtube.com/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "ftp://www.youtube.com/@mei",
        "https://www.youtube.com@evil.example/@mei",
        "https://user:pass@www.youtube.com/@mei",
        "https://www.youtube.com:8443/@mei",
        "https://www.youtube.com:99999999/@mei",
        "https://[::1]/@mei",
        "https://[broken/@mei",
        "http://127.0.0.1/@mei",
        "http://2130706433/@mei",
        "http://localhost/@mei",
        "https://printer.local/@mei",
        "https://www.youtube.com\\@evil.example/",
        "https://www.youtube.com/\u202e@mei",
        "https://www.you\u200btube.com/@mei",
        "https://www.youtube.com/\x00@mei",
        "<script>alert(1)</script>",
        "../../etc/passwd",
        "'; DROP TABLE creators_channel; --",
    ],
)
def test_hostile_addresses_are_refused_with_a_sentence(platform, typed):
    with pytest.raises(AddressRefused) as refused:
        read_address(platform, typed)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    ("platform", "typed"),
    [
        ("youtube", "https://youtube.com.evil.example/@mei"),
        ("youtube", "https://evil.example/www.youtube.com/@mei"),
        ("youtube", "https://notyoutube.com/@mei"),
        ("youtube", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
        ("youtube", "https://www.youtube.com/c/MeiCooks"),
        ("youtube", "UC/../x"),
        ("tiktok", "https://vm.tiktok.com/ZMabc/"),
        ("tiktok", "https://www.tiktok.com/discover/x"),
        ("douyin", "https://v.douyin.com/abc/"),
        ("toutiao", "https://www.toutiao.com/article/123/"),
        ("facebook", "https://www.facebook.com/"),
        ("facebook", "https://www.facebook.com/profile.php?id=abc"),
        ("own_site", "https://mei.example/?next=https://evil.example"),
        ("own_site", "https://mei.example/a/../../b"),
        ("own_site", "mei"),
    ],
)
def test_what_is_no_channel_is_refused(platform, typed):
    with pytest.raises(AddressRefused):
        read_address(platform, typed)


def test_reports_name_youtube_and_facebook_by_their_own_ids():
    assert is_report_id("youtube", UC)
    assert not is_report_id("youtube", "@mei")
    assert is_report_id("facebook", "100064860875397")
    assert not is_report_id("facebook", "meicooks")
    assert is_report_id("tiktok", "@mei")

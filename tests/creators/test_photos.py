"""Photos are drawn anew: small, square, and silent about place, time and camera."""

from io import BytesIO

import pytest
from PIL import Image

from creators.photos import MOST_BYTES, PhotoRefused, clean_photo


def encoded(image, kind="JPEG", **options):
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def phone_photo(size=(1200, 900)):
    """A JPEG as a phone writes it: lying on its side, with a place and a comment."""
    image = Image.new("RGB", size, "navy")
    image.paste("white", (0, 0, 100, 100))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 25.0)})
    return encoded(image, exif=exif, comment=b"at home, Shanghai")


def clean(data, size=None):
    return clean_photo(BytesIO(data), size=len(data) if size is None else size)


def test_nothing_the_phone_wrote_survives():
    made = clean(phone_photo())
    for data in (made.photo, made.thumbnail):
        image = Image.open(BytesIO(data))
        assert image.format == "WEBP"
        assert not image.getexif()
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(image.info)
        assert b"SecretPhone" not in data
        assert b"Shanghai" not in data
    assert Image.open(BytesIO(made.photo)).size == (640, 640)
    assert Image.open(BytesIO(made.thumbnail)).size == (96, 96)


def test_a_photo_on_its_side_is_turned_upright():
    image = Image.new("RGB", (300, 300), "navy")
    image.paste("white", (0, 0, 150, 300))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise: what was at the left goes to the top
    upright = Image.open(BytesIO(clean(encoded(image, exif=exif)).photo)).convert("RGB")
    assert upright.getpixel((150, 40))[0] > 200
    assert upright.getpixel((40, 260))[0] < 60


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_kinds_and_transparent_ones_work(kind):
    made = clean(encoded(Image.new("RGBA", (50, 80), (0, 0, 0, 0)), kind))
    image = Image.open(BytesIO(made.photo)).convert("RGB")
    assert image.size == (50, 50)
    assert min(image.getpixel((25, 25))) > 240


def test_a_small_photo_stays_small_enough_to_travel_in_a_page():
    assert len(clean(phone_photo()).thumbnail) < 4000


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a" + b"\0" * 50,
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"#EXTM3U\nfile:///etc/passwd\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) (r) file\n",
        b"\xff\xd8\xff\xe0" + b"junk" * 40,
        phone_photo()[:2000],
    ],
)
def test_what_is_no_photo_is_refused_with_a_sentence(data):
    with pytest.raises(PhotoRefused) as refused:
        clean(data)
    assert str(refused.value).endswith(".")


def test_other_formats_that_pillow_reads_are_refused():
    for kind in ("GIF", "TIFF", "BMP", "ICO"):
        with pytest.raises(PhotoRefused):
            clean(encoded(Image.new("RGB", (32, 32)), kind))


def test_a_file_that_is_too_large_is_refused_unread():
    with pytest.raises(PhotoRefused):
        clean(phone_photo(), size=MOST_BYTES + 1)


def test_a_small_file_that_unfolds_to_a_giant_picture_is_refused():
    with pytest.raises(PhotoRefused):
        clean(encoded(Image.new("1", (20000, 20000)), "PNG"))

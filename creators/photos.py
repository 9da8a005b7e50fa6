"""Her photo: read with care, made small, and freed of everything the phone wrote into it."""

import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 25_000_000  # decoded at full size; a JPEG is decoded smaller and may have more
MOST_JPEG_PIXELS = 210_000_000
PHOTO_SIDE = 640
THUMBNAIL_SIDE = 96


class PhotoRefused(ValueError):
    """The file is not a photo we can use; the message says why and what to do."""


@dataclass(frozen=True)
class CleanPhoto:
    """A square photo and a tiny one, both WebP without place, time or camera."""

    photo: bytes
    thumbnail: bytes


def clean_photo(upload: IO[bytes], *, size: int) -> CleanPhoto:
    """Decode an uploaded JPEG, PNG or WebP of ``size`` bytes and draw it anew. Raises PhotoRefused."""
    if size > MOST_BYTES:
        raise PhotoRefused(_("This photo is larger than 15 MB. Choose a smaller one."))
    upload.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit below is stricter
            image = Image.open(upload, formats=["JPEG", "PNG", "WEBP"])
            _refuse_giant(image)
            image.draft("RGB", (2 * PHOTO_SIDE, 2 * PHOTO_SIDE))
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        if isinstance(error, PhotoRefused):
            raise
        raise PhotoRefused(_("We could not read this photo. Choose a JPEG, PNG or WebP picture.")) from error
    drawn = Image.new("RGB", upright.size, "white")
    drawn.paste(upright, mask=upright.getchannel("A"))
    return CleanPhoto(photo=_square(drawn, PHOTO_SIDE, 80), thumbnail=_square(drawn, THUMBNAIL_SIDE, 65))


def _refuse_giant(image: Image.Image) -> None:
    pixels = image.width * image.height
    if pixels > (MOST_JPEG_PIXELS if image.format == "JPEG" else MOST_PIXELS):
        raise PhotoRefused(_("This photo has too many points for us. Choose a smaller one."))


def _square(image: Image.Image, side: int, quality: int) -> bytes:
    """Crop the middle, a little above the centre where faces are, and encode it bare."""
    side = min(side, *image.size)
    fitted = ImageOps.fit(image, (side, side), method=Image.Resampling.LANCZOS, centering=(0.5, 0.4))
    bare = Image.new("RGB", fitted.size)  # a new image carries no EXIF, XMP or profile over
    bare.paste(fitted)
    out = BytesIO()
    bare.save(out, "WEBP", quality=quality, method=4)
    return out.getvalue()

"""The pictures of a lesson in the sizes that it shows, fetched together."""

from copy import copy
from typing import Any

from wagtail.images import get_image_model

IN_TEXT = "width-960|format-webp|webpquality-75"  # as courses/blocks/picture.html asks for it
IN_QUESTION = "width-640|format-webp|webpquality-75"

Wanted = tuple[int, str]  # a picture's id, and its size as Wagtail writes it


def renditions_of(wanted: set[Wanted]) -> dict[Wanted, Any]:
    """Return what is ``wanted``, each with its picture: one query, and more only for sizes that are made now.

    A picture that is gone is left out.
    """
    if not wanted:
        return {}
    ids, sizes = {pk for pk, _size in wanted}, {size for _pk, size in wanted}
    images = get_image_model()
    rows = images.get_rendition_model().objects.filter(image__in=ids, filter_spec__in=sizes).select_related("image")
    found = {(row.image_id, row.filter_spec): row for row in rows}
    missing = wanted - found.keys()
    if missing:
        originals = images.objects.in_bulk({pk for pk, _size in missing})
        found |= {(pk, size): originals[pk].get_rendition(size) for pk, size in missing if pk in originals}
    return found


def picture_id_of(raw: Any) -> int | None:
    """Return the id of the picture in a raw picture block, None when there is none."""
    return (raw.get("image") or {}).get("image")


def picture_value(raw: Any, renditions: dict[Wanted, Any]) -> Any:
    """Return the picture of a raw picture block as its template takes it, rendition at hand; None when it is gone."""
    rendition = renditions.get((picture_id_of(raw), IN_TEXT))
    if rendition is None:
        return None
    chosen = raw["image"]
    image, rendition = copy(rendition.image), copy(rendition)  # it may stand twice, with other words
    image.decorative = bool(chosen.get("decorative"))
    image.contextual_alt_text = "" if image.decorative else chosen.get("alt_text")
    image.prefetched_renditions, rendition.image = [rendition], image
    return image

"""Numbers that come from the form of a page, as numbers before they are compared with what was saved."""

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.blocks import DecimalBlock, FieldBlock, IntegerBlock


def number_from_form(block: FieldBlock, data: Any, files: Any, prefix: str) -> Any:
    """Return the number, or the text that is none: the form says what is wrong with it."""
    text = FieldBlock.value_from_datadict(block, data, files, prefix)
    try:
        return block.field.to_python(text)
    except ValidationError:
        return text


def read_numbers_as_numbers() -> None:
    """Take the place of Wagtail's reading, which leaves text.

    To Wagtail a lesson with a number in it (a quiz has its pass mark) would have changed whenever its form is sent, and
    an approval that brings a change with it has to be given again, for ever.
    """
    for block in (IntegerBlock, DecimalBlock):
        block.value_from_datadict = number_from_form

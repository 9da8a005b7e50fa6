"""What a question is made of in the editor. The type of a block is the kind that ``reading`` knows."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.images.blocks import ImageBlock

from courses.questions.marking import plain
from media_pipeline.blocks import AssetChooserBlock

CHOSEN = _("What she reads when she chose it")


def refuse(message: Any) -> StructBlockValidationError:
    """Return the error of a question as a whole."""
    return StructBlockValidationError(non_block_errors=[ValidationError(message)])


class ChoiceBlock(blocks.StructBlock):
    """One possible answer."""

    text = blocks.CharBlock(label=_("Answer"), max_length=300)
    is_right = blocks.BooleanBlock(label=_("This is right"), required=False)
    feedback = blocks.CharBlock(
        label=CHOSEN, max_length=400, help_text=_("Say why it is right, or what to look at instead.")
    )

    class Meta:
        icon = "check"
        label = _("Answer")


class AskingBlock(blocks.StructBlock):
    """What every question begins with."""

    text = blocks.CharBlock(label=_("Question"), max_length=300)


class NeedsARightChoice(AskingBlock):
    """A question whose ``choices`` need one that is right."""

    def clean(self, value: Any) -> Any:
        """Refuse a question without a right answer."""
        value = super().clean(value)
        if not any(choice["is_right"] for choice in value["choices"]):
            raise refuse(_("Mark at least one answer as right."))
        return value


class QuestionBlock(NeedsARightChoice):
    """A question with answers to choose from. With several right answers she has to find them all."""

    clip = AssetChooserBlock(label=_("A video to watch or hear first"), required=False)
    choices = blocks.ListBlock(ChoiceBlock(), label=_("Answers"), min_num=2, max_num=8)

    class Meta:
        icon = "help"
        label = _("Choose the answer")


class ShotChoiceBlock(ChoiceBlock):
    """A picture or a clip to choose."""

    picture = ImageBlock(label=_("Picture"), required=False)
    clip = AssetChooserBlock(label=_("or video"), required=False)

    class Meta:
        icon = "image"
        label = _("Shot")

    def clean(self, value: Any) -> Any:
        """Refuse a shot that shows nothing, or two things."""
        value = super().clean(value)
        if bool(value["picture"]) == bool(value["clip"]):
            raise refuse(_("Choose a picture or a video."))
        return value


class ShotBlock(NeedsARightChoice):
    """Two shots, one of them better."""

    choices = blocks.ListBlock(ShotChoiceBlock(), label=_("Shots"), min_num=2, max_num=2)

    class Meta:
        icon = "image"
        label = _("Choose the better shot")


class SpotChoiceBlock(ChoiceBlock):
    """A marked part of the picture."""

    x = blocks.IntegerBlock(label=_("From the left, in hundredths"), min_value=0, max_value=95)
    y = blocks.IntegerBlock(label=_("From the top, in hundredths"), min_value=0, max_value=95)
    width = blocks.IntegerBlock(label=_("Width, in hundredths"), min_value=5, max_value=100)
    height = blocks.IntegerBlock(label=_("Height, in hundredths"), min_value=5, max_value=100)

    class Meta:
        icon = "crosshairs"
        label = _("Part of the picture")


class SpotBlock(NeedsARightChoice):
    """A picture in which she finds the place."""

    picture = ImageBlock(label=_("Picture"))
    choices = blocks.ListBlock(SpotChoiceBlock(), label=_("Parts of the picture"), min_num=2, max_num=8)

    class Meta:
        icon = "crosshairs"
        label = _("Find it in the picture")


def _when_right() -> blocks.CharBlock:
    """What she reads about her whole answer; a function, for a block stands where it was made."""
    return blocks.CharBlock(label=_("What she reads when it is right"), max_length=400)


def _when_wrong() -> blocks.CharBlock:
    return blocks.CharBlock(label=_("What she reads when it is not"), max_length=400)


class StepBlock(blocks.StructBlock):
    """One of the things to put in order."""

    text = blocks.CharBlock(label=_("Step"), max_length=200)
    picture = ImageBlock(label=_("Picture"), required=False)
    feedback = blocks.CharBlock(label=_("Why it stands here"), required=False, max_length=400)

    class Meta:
        icon = "list-ol"
        label = _("Step")


class OrderBlock(AskingBlock):
    """Things to put in order."""

    items = blocks.ListBlock(
        StepBlock(), label=_("Steps in the right order"), min_num=2, max_num=8, help_text=_("She sees them mixed.")
    )
    right = _when_right()
    wrong = _when_wrong()

    class Meta:
        icon = "list-ol"
        label = _("Put in order")


class PairBlock(blocks.StructBlock):
    """Two things that belong together."""

    text = blocks.CharBlock(label=_("This"), max_length=200)
    match = blocks.CharBlock(label=_("belongs to"), max_length=200)
    feedback = blocks.CharBlock(label=_("Why"), required=False, max_length=400)

    class Meta:
        icon = "link"
        label = _("Pair")


class MatchBlock(AskingBlock):
    """What belongs together."""

    pairs = blocks.ListBlock(PairBlock(), label=_("Pairs"), min_num=2, max_num=8)
    right = _when_right()
    wrong = _when_wrong()

    class Meta:
        icon = "link"
        label = _("Match")


class ShortTextBlock(AskingBlock):
    """A word or two of her own."""

    accepted = blocks.ListBlock(
        blocks.CharBlock(label=_("Answer"), max_length=80),
        label=_("Answers that are right"),
        min_num=1,
        max_num=20,
        help_text=_("Capital letters, accents and signs do not matter."),
    )
    right = _when_right()
    wrong = _when_wrong()

    class Meta:
        icon = "pilcrow"
        label = _("Short answer")

    def clean(self, value: Any) -> Any:
        """Refuse an answer that is nothing but signs."""
        value = super().clean(value)
        if not all(plain(text) for text in value["accepted"]):
            raise refuse(_("An answer needs a letter or a number."))
        return value


class NumberBlock(AskingBlock):
    """A number, for example a second of a clip."""

    clip = AssetChooserBlock(label=_("A video to watch or hear first"), required=False)
    target = blocks.DecimalBlock(label=_("The right number"), max_digits=12, decimal_places=3)
    tolerance = blocks.DecimalBlock(
        label=_("As far as this is right too"), default=0, min_value=0, max_digits=12, decimal_places=3
    )
    unit = blocks.CharBlock(label=_("Unit"), required=False, max_length=20, help_text=_("For example: seconds."))
    right = _when_right()
    wrong = _when_wrong()

    class Meta:
        icon = "order"
        label = _("Number")


class QuestionsBlock(blocks.StreamBlock):
    """The questions of a quiz; each kind of question is a block type."""

    choice = QuestionBlock()
    shot = ShotBlock()
    spot = SpotBlock()
    order = OrderBlock()
    match = MatchBlock()
    text = ShortTextBlock()
    number = NumberBlock()

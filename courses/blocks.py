"""What a lesson is made of. The id of a block is the name of a piece, the same in every language."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.images.blocks import ImageBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from courses.questions.blocks import QuestionsBlock
from media_pipeline.blocks import AssetChooserBlock, VideoBlock
from media_pipeline.shot_check import advice, wishes

TEXT_FEATURES = ["bold", "italic", "h3", "ol", "ul", "link"]
SHORT_FEATURES = ["bold", "italic", "ol", "ul"]


class HeadingBlock(blocks.CharBlock):
    """A heading inside a lesson."""

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "courses/blocks/heading.html"


class TextBlock(blocks.RichTextBlock):
    """Paragraphs to read."""

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "courses/blocks/text.html"


class PictureBlock(blocks.StructBlock):
    """A picture with words for those who cannot see it."""

    image = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=200)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "courses/blocks/picture.html"


class QuizBlock(blocks.StructBlock):
    """A few questions, with a share of right answers that is enough."""

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    pass_mark = blocks.IntegerBlock(
        label=_("Enough when this many of a hundred are right"), default=60, min_value=1, max_value=100
    )
    questions = QuestionsBlock(label=_("Questions"), min_num=1, max_num=20)

    class Meta:
        icon = "help"
        label = _("Quiz")


class CriterionBlock(blocks.StructBlock):
    """One thing that a rubric scores."""

    title = blocks.CharBlock(label=_("What we look at"), max_length=80)
    good = blocks.TextBlock(
        label=_("What good looks like"), max_length=300, rows=4, help_text=_("One line for each number of points.")
    )
    points = blocks.IntegerBlock(label=_("Points"), default=3, min_value=1, max_value=10)

    class Meta:
        icon = "list-ul"
        label = _("Criterion")


class LessonVideoBlock(VideoBlock):
    """A video of a lesson, which says what of the shot check it teaches; advice then leads here."""

    teaches = blocks.MultipleChoiceBlock(
        label=_("Helps with"),
        choices=list(advice.TITLES.items()),
        required=False,
        help_text=_("Whoever gets this advice about a video of her own is led to this piece."),
    )


class AssignmentBlock(blocks.StructBlock):
    """A video that she makes and sends in."""

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    brief = blocks.RichTextBlock(label=_("What she makes"), features=SHORT_FEATURES)
    example = AssetChooserBlock(label=_("Example"), required=False)
    checklist = blocks.ListBlock(
        blocks.CharBlock(max_length=160), label=_("Checklist before she sends it"), min_num=0, max_num=8
    )
    min_seconds = blocks.IntegerBlock(label=_("Shortest length in seconds"), default=20, min_value=1)
    max_seconds = blocks.IntegerBlock(label=_("Longest length in seconds"), default=180, min_value=1)
    shape = blocks.ChoiceBlock(
        label=_("How she holds the phone"),
        choices=[(wishes.PORTRAIT, _("Upright")), (wishes.LANDSCAPE, _("On its side"))],
        required=False,
        help_text=_("Empty: as she likes."),
    )
    rubric = SnippetChooserBlock("courses.Rubric", label=_("Rubric"))

    class Meta:
        icon = "upload"
        label = _("Assignment")

    def get_form_state(self, value: Any) -> dict[str, Any]:
        """Write the rubric's id as text: the editor is given its state as JSON, which knows no UUID."""
        state = super().get_form_state(value)
        rubric = state["rubric"]
        return state | {"rubric": rubric and rubric | {"id": str(rubric["id"])}}

    def clean(self, value: Any) -> Any:
        """Refuse a shortest length above the longest."""
        value = super().clean(value)
        if value["min_seconds"] > value["max_seconds"]:
            error = ValidationError(_("The shortest length is above the longest."))
            raise StructBlockValidationError(block_errors={"min_seconds": error})
        return value


class LessonBlock(blocks.StreamBlock):
    """The body of a lesson."""

    heading = HeadingBlock(max_length=120)
    text = TextBlock(features=TEXT_FEATURES)
    picture = PictureBlock()
    video = LessonVideoBlock()
    quiz = QuizBlock()
    assignment = AssignmentBlock()

"""The pages that belong to no one app: home, and plain pages such as "About" or "Privacy"."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from website.blocks import HomeBlocks, PlainBlocks


class HomePage(Page):
    """The first page of one language."""

    body = StreamField(HomeBlocks(), verbose_name=_("content"), blank=True)

    template = "website/home_page.html"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["courses.CourseIndexPage", "website.PlainPage"]
    content_panels = [*Page.content_panels, FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Say whether a block of the body already gives the page its heading."""
        context = super().get_context(request, *args, **kwargs)
        context["has_hero"] = any(block.block_type == "hero" for block in self.body)
        return context


class PlainPage(Page):
    """A page of text, pictures, questions and answers."""

    intro = models.TextField(_("introduction"), blank=True, max_length=400)
    body = StreamField(PlainBlocks(), verbose_name=_("content"), blank=True)

    template = "website/plain_page.html"
    override_translatable_fields = [SynchronizedField("slug")]
    parent_page_types = ["website.HomePage", "website.PlainPage"]
    subpage_types = ["website.PlainPage"]
    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("intro"), index.SearchField("body")]

    class Meta:
        verbose_name = _("plain page")
        verbose_name_plural = _("plain pages")

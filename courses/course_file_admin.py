"""A course as one file, in the Wagtail admin: taken out, and brought in after a look at what would come."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from courses.exchange import arriving
from courses.exchange.archive import UnreadableCourseError
from courses.exchange.course_in import may_bring_into
from courses.exchange.course_out import courses_of, shelves_for, take, zipped
from courses.guarded_admin import OnlyTeaching, TeachingMenuItem
from courses.models import CourseImport, CoursePage, ShelfPage
from media_pipeline.sending.uploads import UploadRefused

SHOWN = 10  # of the files she sent


class CourseChoice(forms.ModelChoiceField):
    """A course by its title and language."""

    def label_from_instance(self, course: CoursePage) -> str:
        return f"{course.draft_title} ({course.locale})"


class ShelfChoice(forms.ModelChoiceField):
    """A shelf in one language."""

    def label_from_instance(self, page: ShelfPage) -> str:
        return f"{page.title} ({page.locale})"


class OutForm(forms.Form):
    """What goes into the file."""

    course = CourseChoice(queryset=CoursePage.objects.none(), label=gettext_lazy("Course"), empty_label=None)
    drills = forms.BooleanField(
        required=False,
        label=gettext_lazy("With the questions and drills of the shelf"),
        help_text=gettext_lazy("Those in the language of the course."),
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = courses_of(user)

    @property
    def wants_it_so(self) -> bool:
        """Whether she was asked, and takes a file that could not come back."""
        return self.data.get(self.add_prefix("large")) == "on"

    def ask_again(self) -> None:
        """Ask whether she takes it even so."""
        self.fields["large"] = forms.BooleanField(required=False, label=_("Download it all the same"))
        self.add_error("large", _("This course is so large that its file could not be brought in again."))


class InForm(forms.Form):
    """A file, and the shelf it comes to."""

    file = forms.FileField(
        label=gettext_lazy("Course (ZIP or IMSCC)"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".zip,.imscc"}),
    )
    into = ShelfChoice(queryset=ShelfPage.objects.none(), label=gettext_lazy("Onto the shelf"), empty_label=None)

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shelves = ShelfPage.objects.filter(shelf__in=shelves_for(user)).order_by("path")
        self.fields["into"].queryset = shelves.select_related("locale")

    def clean_file(self) -> Any:
        """Refuse a file that is larger than any video may be."""
        file = self.cleaned_data["file"]
        if file.size > arriving.largest():
            raise forms.ValidationError(_("This file is too large."))
        return file


class CourseFilesView(OnlyTeaching, WagtailAdminTemplateMixin, TemplateView):
    """Both forms, and the files she sent."""

    template_name = "courses_admin/course_files.html"
    page_title = gettext_lazy("Courses as files")
    header_icon = "download"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the forms."""
        return self._show(InForm(request.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Look at a file and lead to what was found."""
        form = InForm(request.user, request.POST, request.FILES)
        if not form.is_valid():
            return self._show(form, status=422)
        if not may_bring_into(request.user, form.cleaned_data["into"]):
            raise PermissionDenied
        sent = form.cleaned_data["file"]
        try:
            one = arriving.receive(file=sent.file, name=sent.name, into=form.cleaned_data["into"], by=request.user)
        except UnreadableCourseError as error:
            form.add_error("file", str(error.args[0]))
            return self._show(form, status=422)
        except UploadRefused as error:
            form.add_error("file", str(error))
            return self._show(form, status=422)
        return redirect("course_files:seen", one.pk)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Name the page."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def _show(self, form: InForm, *, out_form: OutForm | None = None, status: int = 200) -> HttpResponse:
        user = self.request.user
        context = self.get_context_data(
            header_title=self.page_title,
            form=form,
            out_form=out_form or OutForm(user, prefix="out"),
            sent=CourseImport.objects.owned_by(user).select_related("course")[:SHOWN],
        )
        return self.render_to_response(context, status=status)


class SeenView(OnlyTeaching, WagtailAdminTemplateMixin, TemplateView):
    """What one file holds and what cannot come; bringing it in, and how far that is. Only who sent it sees it."""

    template_name = "courses_admin/course_file.html"
    header_icon = "download"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        sent = CourseImport.objects.owned_by(request.user).select_related("course", "into__locale")
        one = get_object_or_404(sent, pk=pk)
        self.page_title = one.report.get("title") or one.file_name
        return self.render_to_response(self.get_context_data(one=one, header_title=self.page_title))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Bring it in."""
        sent = CourseImport.objects.owned_by(request.user).select_related("into")
        one = get_object_or_404(sent, pk=pk)
        if not may_bring_into(request.user, one.into):
            raise PermissionDenied
        arriving.begin(one)
        return redirect("course_files:seen", pk)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Lead back."""
        back = {"url": reverse("course_files:index"), "label": _("Courses as files")}
        return [*self.breadcrumbs_items, back, {"url": "", "label": self.page_title}]


class ProgressView(OnlyTeaching, View):
    """Whether the work on a file goes on, for the page that waits for it. Only who sent it learns it."""

    http_method_names = ("get",)

    def get(self, request: HttpRequest, pk: UUID) -> JsonResponse:
        """Answer ``is_under_way`` and ``state``, in words."""
        one = get_object_or_404(CourseImport.objects.owned_by(request.user), pk=pk)
        return JsonResponse({"is_under_way": one.is_under_way, "state": one.get_state_display()})


class TakeView(CourseFilesView):
    """The file, of a course on her shelf; for one that is too large to come back, first a question."""

    http_method_names = ("get", "head", "options")

    def get(self, request: HttpRequest) -> HttpResponse:
        """Send it while it is written."""
        form = OutForm(request.user, request.GET, prefix="out")
        if not form.is_valid():
            return redirect("course_files:index")
        course = form.cleaned_data["course"]
        taken = take(course, by=request.user, with_drills=form.cleaned_data["drills"])
        if not (form.wants_it_so or taken.comes_back(arriving.largest())):
            form.ask_again()
            return self._show(InForm(request.user), out_form=form)
        request.META["HTTP_ACCEPT_ENCODING"] = "identity"  # it is packed already
        response = StreamingHttpResponse(zipped(taken), content_type="application/zip")
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{course.slug}.zip")
        response["Cache-Control"] = "private, no-store"
        return response


class CourseFilesViewSet(ViewSet):
    """The addresses of courses as files under ``/admin/course_files/``."""

    name = "course_files"
    icon = "download"
    menu_label = gettext_lazy("Courses as files")
    menu_order = 333
    add_to_admin_menu = True
    menu_item_class = TeachingMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the page, the file, and what was found in one."""
        return [
            path("", CourseFilesView.as_view(), name="index"),
            path("file/", TakeView.as_view(), name="file"),
            path("<uuid:pk>/", SeenView.as_view(), name="seen"),
            path("<uuid:pk>/progress/", ProgressView.as_view(), name="progress"),
        ]

"""Addresses of media_pipeline."""

from django.urls import URLPattern, URLResolver, path, register_converter

from media_pipeline.views import arriving, captions, files, originals, parts, status, tus


class OutputName:
    """The name of one output: a file, or a file in one folder; never a way out of the folder."""

    regex = r"(?:[a-z0-9]+/)?[a-z0-9_-]+\.(?:m3u8|m4s|mp4|jpg|webp|vtt|json)"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(OutputName, "output")

app_name = "media_pipeline"
urlpatterns: list[URLPattern | URLResolver] = [
    path("tus/", tus.create, name="uploads"),
    path("tus/<uuid:upload_id>", tus.upload, name="upload"),
    path("uploads/<uuid:upload_id>/", arriving.forget, name="forget"),
    path("uploads/<str:purpose>/", arriving.unfinished, name="unfinished"),
    path("parts/", parts.create, name="uploads-in-parts"),
    path("parts/<uuid:upload_id>/", parts.upload, name="upload-in-parts"),
    path("parts/<uuid:upload_id>/<int:position>/", parts.part, name="part"),
    path("v/<str:token>/captions/<str:language>.vtt", files.captions, name="captions"),
    path("v/<str:token>/<output:name>", files.output, name="file"),
    path("videos/<uuid:asset_id>/captions/<str:language>/", captions.edit, name="caption_page"),
    path("videos/<uuid:asset_id>/original/", originals.keep, name="original"),
    path("videos/<uuid:asset_id>/status/", status.status, name="status"),
]

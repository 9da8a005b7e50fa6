"""Addresses of media_pipeline."""

from django.urls import URLPattern, URLResolver, path, register_converter

from media_pipeline.views import files, status, tus


class OutputName:
    """The name of one output: a file, or a file in one folder; never a way out of the folder."""

    regex = r"(?:[a-z0-9]+/)?[a-z0-9_-]+\.(?:m3u8|m4s|mp4|jpg|webp|vtt)"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(OutputName, "output")

app_name = "media_pipeline"
urlpatterns: list[URLPattern | URLResolver] = [
    path("tus/", tus.create, name="uploads"),
    path("tus/<uuid:upload_id>", tus.upload, name="upload"),
    path("v/<str:token>/captions/<str:language>.vtt", files.captions, name="captions"),
    path("v/<str:token>/<output:name>", files.output, name="file"),
    path("videos/<uuid:asset_id>/status/", status.status, name="status"),
]

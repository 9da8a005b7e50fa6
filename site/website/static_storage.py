"""Static files with a hash in their names and squeezed beside them."""

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, which looks for other files' names in style sheets and in what our modules import.

    Scripts of others end with the name of a source map that is not shipped; a deployment should not fail for it.
    """

    patterns = tuple(pattern for pattern in HashedFilesMixin.patterns if pattern[0] == "*.css")
    support_js_module_import_aggregation = True

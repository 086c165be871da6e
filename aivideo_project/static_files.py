"""Static files named by their content, each with a smaller copy of itself beside it."""

from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """By gzip alone. WhiteNoise takes brotli wherever that happens to be installed: the tests
    would then weigh other pages than people get, and each first start takes many times as long.
    """

    def create_compressor(self, **how: Any) -> Compressor:
        return Compressor(**how, use_brotli=False)

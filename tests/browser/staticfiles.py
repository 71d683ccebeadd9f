"""The portal's static files without Brotli, which takes most of the time to collect them."""

from __future__ import annotations

from typing import Any

from cms.core.staticfiles import PortalStaticFilesStorage


class GzipStaticFilesStorage(PortalStaticFilesStorage):
    def create_compressor(self, **options: Any) -> Any:
        return super().create_compressor(**options, use_brotli=False)

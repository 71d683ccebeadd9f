"""Static files: hashed, compressed, and the style sheets as one file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from django.contrib.staticfiles.finders import get_finders
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

BUNDLED = "css/portal.css"
IMPORT = re.compile(r'@import url\("(?P<file>[^"]+)"\) layer\((?P<layer>[\w-]+)\);')


class PortalStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """whitenoise's storage, with the imports of the portal's style sheet written into it.

    The sources stay one file a component; a reader's browser makes one request.
    """

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if BUNDLED in paths and not dry_run:
            text = bundle(BUNDLED, paths)
            if self.exists(BUNDLED):
                self.delete(BUNDLED)
            self._save(BUNDLED, ContentFile(text.encode()))
            paths = {**paths, BUNDLED: (self, BUNDLED)}
        yield from super().post_process(paths, dry_run, **options)


def bundle(name: str, paths: dict[str, Any]) -> str:
    """The style sheet `name` with each `@import … layer(x)` replaced by `@layer x { … }`."""

    def read(file: str) -> str:
        storage, path = paths[file]
        with storage.open(path) as source:
            text: str = source.read().decode()
            return text

    def imported(match: re.Match[str]) -> str:
        file = str(PurePosixPath(name).parent / match["file"])
        return f"@layer {match['layer']} {{\n{read(file)}}}"

    return IMPORT.sub(imported, read(name))


def fingerprint() -> str:
    """Changes when any source of a static file does; cheap enough for every start."""
    hasher = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            modified = storage.get_modified_time(path).timestamp()
            hasher.update(f"{path}\0{storage.size(path)}\0{modified}\n".encode())
    return hasher.hexdigest()

"""Tables that people upload: the text of a CSV file, however their spreadsheet wrote it."""

from __future__ import annotations


class UnreadableFile(Exception):
    """Says in Chinese why a file is no table that can be read."""


def text_of(data: bytes) -> str:
    """Text in UTF-8, UTF-16 with its mark, or GB18030, which Excel in China writes. Raises UnreadableFile."""
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile("认不出文件的编码。请在 Excel 里另存为“CSV UTF-8”。")

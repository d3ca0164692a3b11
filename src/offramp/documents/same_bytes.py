"""Office files are zip files with times inside; without them the same content is the same bytes."""

from __future__ import annotations

import io
import re
import zipfile

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first time that a zip file can hold
_TIMES = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")


def without_times(made: bytes) -> bytes:
    """The same DOCX or XLSX with no time in it: neither of its parts nor of the document."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(made)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "docProps/core.xml":
                content = _TIMES.sub(b"", content)
            info = zipfile.ZipInfo(entry.filename, LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            new.writestr(info, content)
    return out.getvalue()

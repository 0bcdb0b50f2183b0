"""Office packages (.xlsx, .docx) whose bytes depend on their content and a given moment alone."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(<)")
_PROPERTIES, _PROGRAM = "docProps/core.xml", "docProps/app.xml"
_LIBRARY = re.compile(rb"(<Application>Microsoft Excel)[^<]*(</Application>)")


def dated_package(content: bytes, at: dt.datetime) -> bytes:
    """The package with every part, and its day of change, dated `at`.

    The libraries that write packages put the machine's clock into them, so that the same workbook
    written twice would be two files; and their own names, which are nobody's business.
    """
    moment = at.astimezone(dt.UTC)
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode("ascii")
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as written,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as dated,
    ):
        for name in written.namelist():
            part = written.read(name)
            if name == _PROPERTIES:
                part = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", part)
            elif name == _PROGRAM:
                part = _LIBRARY.sub(rb"\g<1>\g<2>", part)
            member = zipfile.ZipInfo(name, moment.timetuple()[:6])
            dated.writestr(member, part, zipfile.ZIP_DEFLATED)
    return stream.getvalue()

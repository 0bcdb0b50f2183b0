"""A document read in a process of its own that may die of it."""

from __future__ import annotations

from pathlib import Path

import orjson

from models.domain.drafting.document import PrintedDocument
from tasks.adapters.reading.documents.document_codec import document_from_json
from tasks.adapters.reading.documents.docx_package import DocumentRefused
from tasks.adapters.reading.one_job_child import ChildLost, ChildRefused, OneJob
from tasks.adapters.reading.reader_limits import JobLimits

MAX_BYTES = 64_000_000  # of a document
READING = OneJob(
    "tasks.adapters.reading.documents.document_child", JobLimits.of(1024, 60), 100_000_000
)


def document_of(path: Path) -> PrintedDocument:
    """The document of a file. Raises DocumentRefused, whose message says the one step that helps;
    OSError where the file cannot be opened or the machine starts no child."""
    if path.stat().st_size > MAX_BYTES:
        raise DocumentRefused(
            f"Tệp «{path.name}» quá lớn ({MAX_BYTES // 1_000_000} MB là mức nhận). Xin bỏ bớt hình "
            "ảnh rồi lưu lại."
        )
    heading = orjson.dumps({"name": path.name})
    try:
        said = orjson.loads(READING.answer_to(b"".join([heading, b"\n", path.read_bytes()])))
        if "refused" in said:
            raise DocumentRefused(str(said["refused"]))
        return document_from_json(said["document"])
    except (ChildRefused, ChildLost, ValueError, KeyError, TypeError) as lost:
        raise DocumentRefused(
            f"Không đọc được tệp «{path.name}»: {lost}. Xin mở bằng Word, lưu thành một tệp .docx "
            "mới rồi làm lại."
        ) from lost

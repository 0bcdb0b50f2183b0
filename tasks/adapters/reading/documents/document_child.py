"""The disposable process that reads a document: `python -m` this module.

It takes its limits as arguments. On its standard input stand a line of JSON, `{"name": ...}`, and
the file; its answer is JSON, `{"document": ...}` or `{"refused": "..."}`.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import orjson

from tasks.adapters.reading.child_limits import (
    REFUSED,
    limit_job,
    limit_process,
    preload_texts,
    private_pipes,
    write_all,
)
from tasks.adapters.reading.documents.document_codec import document_to_json
from tasks.adapters.reading.documents.docx_package import DocumentRefused
from tasks.adapters.reading.documents.docx_reader import read_docx
from tasks.adapters.reading.documents.text_reader import read_text
from tasks.adapters.reading.file_kinds import FileKind, identify
from tasks.adapters.reading.reader_limits import JobLimits
from tasks.adapters.reading.sandbox import shut_in

_SAVE_AS = "Xin mở bằng Word, chọn Lưu thành (Save As), kiểu Word Document (.docx), rồi làm lại."
_ADVICE = {
    FileKind.DOC: _SAVE_AS,
    FileKind.RTF: _SAVE_AS,
    FileKind.ODT: _SAVE_AS,
    FileKind.HTML: _SAVE_AS,
    FileKind.PDF: (
        "Xin lấy tệp Word của văn bản; chỉ có PDF thì mở bằng Word (Word tự chuyển đổi), soát lại "
        "rồi lưu dạng .docx."
    ),
    FileKind.PICTURE: "Xin lấy tệp Word của văn bản.",
    FileKind.PAGES: "Xin mở bằng Pages, chọn Tệp (File), Xuất (Export To), Word.",
    FileKind.ZIP: "Xin giải nén rồi đưa tệp .docx bên trong.",
    FileKind.ENCRYPTED_OFFICE: "Xin bỏ mật khẩu rồi lưu lại.",
    FileKind.OWNER_FILE: "Xin đóng văn bản trong Word rồi đưa chính văn bản đó.",
    FileKind.EMPTY: "Xin đưa tệp Word của văn bản.",
}
_USUAL = "Xin đưa tệp Word (.docx) của văn bản, hoặc chữ của văn bản dạng .txt (UTF-8)."
_TEXTS = frozenset({FileKind.TEXT, FileKind.CSV})


def answer_to(content: bytes, name: str) -> dict[str, Any]:
    """The document as JSON, or why it is none and the one step that helps."""
    kind = identify(content, name)
    try:
        if kind is FileKind.DOCX:
            return {"document": document_to_json(read_docx(content, name))}
        if kind in _TEXTS:
            return {"document": document_to_json(read_text(content, name))}
    except DocumentRefused as refusal:
        return {"refused": str(refusal)}
    advice = _ADVICE.get(kind, _USUAL)
    return {"refused": f"Tệp «{name}» là {kind.vietnamese}, không đọc trực tiếp được. {advice}"}


def main(arguments: list[str]) -> None:
    """Runs the child: `arguments` are its limits. What it cannot follow ends it with REFUSED."""
    limits = JobLimits.from_arguments(*arguments)
    given, answers = private_pipes()
    limit_process(limits.memory_mb)
    importlib.import_module("olefile")  # what `identify` wants of a .doc, behind the barriers
    preload_texts()
    with os.fdopen(given, "rb") as source:
        heading = orjson.loads(source.readline())
        content = source.read()
    shut_in()
    limit_job(limits)
    try:
        said = orjson.dumps(answer_to(content, str(heading["name"])))
    except MemoryError:
        sys.exit(REFUSED)
    write_all(answers, said)


if __name__ == "__main__":
    main(sys.argv[1:])

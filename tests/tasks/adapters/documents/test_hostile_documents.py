"""A Word document that nobody would write ends in an answer, never in a crash or a wait."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tasks.adapters.reading.documents.document_reader import document_of
from tasks.adapters.reading.documents.docx_package import DocumentRefused
from tasks.adapters.reading.documents.docx_reader import read_docx
from tests.fixtures.word_documents import (
    cell,
    docx,
    numbered,
    numbering,
    paragraph,
    row,
    run,
    spaced,
    table,
)


def changed(content: bytes, name: str, part: bytes) -> bytes:
    """The package with one part put in another's place."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for member in old.infolist():
            new.writestr(member.filename, part if member.filename == name else old.read(member))
    return made.getvalue()


PLAIN = docx("Phụ lục I", table(["TT", "Nhiệm vụ"]))
BODY = "word/document.xml"


@pytest.mark.parametrize(
    "made",
    [
        lambda: changed(
            PLAIN, BODY, b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
        ),
        lambda: changed(PLAIN, BODY, b"<w:document"),
        lambda: changed(PLAIN, BODY, b"<a/>"),
        lambda: changed(PLAIN, BODY, b""),
        lambda: changed(PLAIN, "_rels/.rels", b"<x/>").replace(
            b"word/document.xml", b"word/dokument.xml"
        ),
        lambda: PLAIN[: len(PLAIN) // 2],
        lambda: PLAIN[:-20],
        lambda: docx("a", numbering="<w:numbering"),
        lambda: docx("x" * 200, paragraph("y" * 101_000_000)),
        lambda: docx("<w:tbl>" + "<w:tr>" + "<w:tc/>" * 200_001 + "</w:tr></w:tbl>"),
    ],
    ids=["entities", "cut", "no body", "empty", "lost", "half", "tail", "lists", "huge", "cells"],
)
def test_what_word_would_not_write_is_refused(made: Callable[[], bytes]) -> None:
    content = made()
    with pytest.raises(DocumentRefused) as refusal:
        read_docx(content, "a.docx")
    assert "Xin " in str(refusal.value)


def nested_tables(depth: int) -> str:
    inner = paragraph("đáy")
    for _ in range(depth):
        inner = f"<w:tbl><w:tr><w:tc>{inner}<w:p/></w:tc></w:tr></w:tbl>"
    return inner


def nested_runs(depth: int) -> str:
    return paragraph("<w:smartTag>" * depth + run("đáy") + "</w:smartTag>" * depth)


@pytest.mark.parametrize(
    "made",
    [
        lambda: nested_tables(3_000),
        lambda: nested_runs(3_000),
        lambda: (
            "<w:sdt><w:sdtContent>" * 3_000 + paragraph("đáy") + "</w:sdtContent></w:sdt>" * 3_000
        ),
        lambda: paragraph('<w:r><w:fldChar w:fldCharType="begin"/></w:r>' * 3_000, "sau trường"),
        lambda: paragraph('<w:r><w:fldChar w:fldCharType="end"/></w:r>', "còn"),
        lambda: "<w:tbl>" + row(cell("a", span=99_999_999)) + "</w:tbl>",
        lambda: table('<w:tr><w:trPr><w:gridBefore w:val="-5"/></w:trPr><w:tc/></w:tr>'),
        lambda: numbered("a", number=7, level=99),
        lambda: numbered("b", number=1, level=0),
        lambda: table("<w:tr/>"),
    ],
)
def test_what_is_nested_or_numbered_without_end_is_read_or_refused(made: Callable[[], str]) -> None:
    endless = numbering(
        ['<w:lvl w:ilvl="0"><w:start w:val="99999999999"/><w:lvlText w:val="%9"/></w:lvl>']
    )
    try:
        read_docx(docx(made(), "sau", numbering=endless), "a.docx")
    except DocumentRefused as refusal:
        assert "Xin " in str(refusal)


def test_a_style_based_on_itself_ends() -> None:
    styles = spaced(
        "styles", '<w:style w:type="paragraph" w:styleId="A"><w:basedOn w:val="A"/></w:style>'
    )
    body = paragraph("chữ", properties='<w:pStyle w:val="A"/>')
    assert read_docx(docx(body, styles=styles), "a.docx").blocks


def test_the_process_that_reads_is_another_one_and_its_answer_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "Chỉ thị.docx"
    path.write_bytes(PLAIN)
    assert document_of(path) == read_docx(PLAIN, "Chỉ thị.docx")
    path.write_bytes(changed(PLAIN, BODY, b"<a/>"))
    with pytest.raises(DocumentRefused):
        document_of(path)

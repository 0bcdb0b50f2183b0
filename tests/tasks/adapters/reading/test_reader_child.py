import io
import os
from pathlib import Path

import msoffcrypto.format.ooxml
import orjson
import pytest

from models.domain.reading.submissions import Examination, FileProblem
from tasks.adapters.reading.gathered_sheets import ReadLimits
from tasks.adapters.reading.reader_child import examine_file, serve
from tasks.adapters.reading.reader_jobs import ExamineJob, Purpose, read_frame, write_frame
from tasks.adapters.reading.reader_limits import JobLimits

KINDLY = [
    (b"%PDF-1.7", "scan.pdf", "pdf", FileProblem.NOT_A_WORKBOOK, "tệp PDF"),
    (b"Rar!\x1a\x07\x00", "bc.rar", "rar", FileProblem.NOT_A_WORKBOOK, "dạng ZIP"),
    (b"<html><table>", "bc.xls", "html", FileProblem.NOT_A_WORKBOOK, "Lưu thành"),
    (b"", "bc.xlsx", "empty", FileProblem.EMPTY, "rỗng"),
    (b"PK\x03\x04[Content_Types].xml", "bc.xlsx", "xlsx", FileProblem.DAMAGED, "lưu thành"),
]


def examined(content: bytes, name: str = "a.xlsx", limits: ReadLimits | None = None) -> Examination:
    return examine_file(ExamineJob(Path(), name), content, None, limits)


def locked_with(build, password: str) -> bytes:
    locked = io.BytesIO()
    plain = io.BytesIO(build.fixture("small.xlsx"))
    msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt(password, locked)
    return locked.getvalue()


@pytest.mark.parametrize(("content", "name", "kind", "problem", "words"), KINDLY)
def test_what_cannot_be_read_is_answered_with_what_it_is_and_what_to_do(
    content, name, kind, problem, words
):
    answer = examined(content, name)
    assert (answer.file_kind, answer.problem) == (kind, problem)
    assert f"«{name}»" in answer.detail and words in answer.detail and "Xin" in answer.detail


def test_a_workbook_with_a_password_is_asked_for_without_one(build):
    answer = examined(locked_with(build, "bí mật"))
    assert answer.problem is FileProblem.ENCRYPTED
    assert "bỏ mật khẩu" in answer.detail


def test_a_workbook_that_excel_opens_unasked_is_read(build):
    answer = examined(locked_with(build, "VelvetSweatshop"))
    assert (answer.file_kind, answer.problem) == ("xlsx", None)
    assert answer.sheet_names == ("Chỉ tiêu", "_baocao")


def test_no_more_of_a_file_is_read_than_the_limit(build):
    whole = build.fixture("small.xlsx") + bytes(10_000)
    answer = examined(whole, limits=ReadLimits(file_bytes=8_000))
    assert answer.problem in (FileProblem.TOO_LARGE, FileProblem.DAMAGED)


def test_a_name_that_is_no_unicode_does_no_harm():
    answer = examined(b"%PDF-", "b\udce1o c\udce1o.pdf")
    assert orjson.dumps(answer.detail)


def test_a_child_without_input_ends_in_peace():
    jobs, closed = os.pipe()
    os.close(closed)
    serve(jobs, -1, JobLimits.of(300, 1), Purpose.READ)
    os.close(jobs)


def test_frames_of_any_size_arrive_whole():
    reading, writing = os.pipe()
    for payload in (b"", b"x", bytes(50_000)):
        write_frame(writing, payload)
        assert read_frame(reading) == payload
    os.close(writing)
    assert read_frame(reading) is None
    os.close(reading)

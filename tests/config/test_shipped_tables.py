"""The program's newer tables taken over: what the office edited stays, what it did not follows."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from config.files.shipped_tables import ShippedUpdate, brought_up, former_tables

BEFORE = (
    "code,name,kind,aliases,valid_from,valid_to,note\n"
    "sct,Sở Công Thương,department,,,,\n"
    "qltt,Cục Quản lý thị trường,central,,,,cũ\n"
    "ubnd_a,UBND quận A,district,,,2025-06-30,\n"
)
NOW = (
    "code,name,full_name,kind,aliases,valid_from,valid_to,province,note\n"
    "sct,Sở Công Thương,,department,,,,,\n"
    "qltt,Cục Quản lý thị trường,,central,,,2025-05-31,,mới\n"
    "ubnd_a,UBND quận A,Ủy ban nhân dân quận A,district,,,2025-06-30,,\n"
    "ubnd_h,UBND huyện H,Ủy ban nhân dân huyện H,district,,,2025-06-30,tỉnh Hải Dương,\n"
    "xa_h,UBND xã H,Ủy ban nhân dân xã H,commune,,2025-07-01,,,\n"
)
CONTACTS_BEFORE = "agency,to,cc\nsct,a@sct.example,\nqltt,a@qltt.example,\nubnd_a,a@a.example,\n"
CONTACTS_NOW = CONTACTS_BEFORE + "xa_h,vanthu@xa-h.example,tonghop@xa-h.example\n"
LINES_BEFORE = "predecessor,successor,on,duties,assumed,source,note\n"
LINES_NOW = LINES_BEFORE + "ubnd_h,xa_h,2025-07-01,,,NQ 1669,\nqltt,sct,2025-06-01,,,NĐ 40,\n"


def _files(agencies: str, contacts: str, lines: str) -> dict[str, bytes]:
    named = {"agencies.csv": agencies, "contacts.csv": contacts, "successions.csv": lines}
    return {path: text.encode() for path, text in named.items()}


FORMER = _files(BEFORE, CONTACTS_BEFORE, LINES_BEFORE)
SHIPPED = _files(NOW, CONTACTS_NOW, LINES_NOW)


def _update(agencies: str = BEFORE, contacts: str = CONTACTS_BEFORE) -> ShippedUpdate:
    return brought_up(_files(agencies, contacts, LINES_BEFORE), SHIPPED, [FORMER])


def _rows(update: ShippedUpdate, path: str) -> dict[str, dict[str, str]]:
    text = update.files[path].decode("utf-8-sig")
    delimiter = ";" if ";" in text.split("\n", 1)[0] else ","
    read = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    return {next(iter(row.values())): row for row in read}


def test_an_office_that_edited_nothing_gets_the_programs_tables() -> None:
    update = _update()
    for path in ("agencies.csv", "contacts.csv"):
        shipped = csv.DictReader(io.StringIO(SHIPPED[path].decode()))
        assert list(_rows(update, path).values()) == list(shipped)
    assert update.added == {"agencies.csv": 2, "contacts.csv": 1, "successions.csv": 2}
    assert not update.kept
    assert update.placeholders == 2


def test_what_is_taken_over_once_is_not_taken_over_again() -> None:
    once = brought_up(_files(BEFORE, CONTACTS_BEFORE, LINES_BEFORE), SHIPPED, [FORMER])
    again = brought_up({**SHIPPED, **once.files}, SHIPPED, [FORMER])
    assert not again.files and not again.added and not again.changed and not again.kept


@pytest.mark.parametrize(
    ("edited", "code", "column", "stays"),
    [
        (BEFORE.replace("Sở Công Thương,", "Sở Công nghiệp,"), "sct", "name", "Sở Công nghiệp"),
        (BEFORE.replace(",cũ", ",ghi của Lan"), "qltt", "note", "ghi của Lan"),
        (BEFORE.replace("central,,,,", "central,,,2025-03-31,"), "qltt", "valid_to", "2025-03-31"),
        (BEFORE.replace("\n", "\r\n"), "qltt", "valid_to", "2025-05-31"),
        ("\ufeff" + BEFORE.replace(",", ";"), "qltt", "valid_to", "2025-05-31"),
        (BEFORE.replace("2025-06-30", "30/06/2025"), "ubnd_a", "valid_to", "30/06/2025"),
        (BEFORE + "rieng,Trung tâm R,department,,,,\n", "rieng", "name", "Trung tâm R"),
    ],
)
def test_the_offices_own_edits_stay_and_the_rest_follows(
    edited: str, code: str, column: str, stays: str
) -> None:
    update = _update(edited)
    rows = _rows(update, "agencies.csv")
    assert rows[code][column] == stays
    assert rows["xa_h"]["valid_from"] == "2025-07-01"
    assert rows["ubnd_a"]["full_name"] == "Ủy ban nhân dân quận A"
    content = update.files["agencies.csv"]
    assert content.startswith(b"\xef\xbb\xbf") == edited.startswith("\ufeff")
    assert (b"\r\n" in content) == ("\r\n" in edited)


def test_where_both_changed_a_cell_the_offices_stays_and_a_sentence_says_so() -> None:
    update = _update(BEFORE.replace(",cũ", ",ghi của Lan"))
    [said] = update.kept
    assert "note «ghi của Lan» (bản mới: «mới»)" in said


def test_a_real_address_stays_without_a_word_and_the_new_agency_gets_a_placeholder() -> None:
    update = _update(contacts=CONTACTS_BEFORE.replace("a@sct.example", "vanthu@sct.gov.vn"))
    assert _rows(update, "contacts.csv")["sct"]["to"] == "vanthu@sct.gov.vn"
    assert not update.kept


def test_who_gets_the_copy_is_named_only_where_the_address_is_still_the_programs() -> None:
    """A title beside an address that the office put in would name another person's office."""
    before = "agency,to,superior\nsct,a@sct.example,pct@x.example\nqltt,b@x.example,pct@x.example\n"
    now = (
        "agency,to,superior,superior_title\nsct,a@sct.example,pct@x.example,Phó Chủ tịch\n"
        "qltt,b@x.example,pct@x.example,Phó Chủ tịch\n"
    )
    mine = before.replace("sct,a@sct.example,pct@x.example", "sct,a@sct.example,khac@x.vn")
    update = brought_up(
        _files(BEFORE, mine, LINES_BEFORE),
        _files(BEFORE, now, LINES_BEFORE),
        [_files(BEFORE, before, LINES_BEFORE)],
    )
    rows = _rows(update, "contacts.csv")
    assert (rows["sct"]["superior_title"], rows["qltt"]["superior_title"]) == ("", "Phó Chủ tịch")


def test_a_row_that_the_office_took_out_stays_away() -> None:
    own = BEFORE.replace("ubnd_a,UBND quận A,district,,,2025-06-30,\n", "")
    mine = _files(own, CONTACTS_BEFORE, LINES_BEFORE)
    held = {"agencies.csv": [BEFORE.encode(), own.encode()]}
    update = brought_up(mine, SHIPPED, [FORMER], held)
    assert "ubnd_a" not in _rows(update, "agencies.csv")
    assert any("ubnd_a" in said and "đã bỏ" in said for said in update.kept)


def test_what_is_about_an_agency_that_the_office_took_out_is_not_added() -> None:
    own = BEFORE.replace("qltt,Cục Quản lý thị trường,central,,,,cũ\n", "")
    contacts = CONTACTS_BEFORE.replace("qltt,a@qltt.example,\n", "")
    mine = _files(own, contacts, LINES_BEFORE)
    held = {"agencies.csv": [BEFORE.encode()], "contacts.csv": [CONTACTS_BEFORE.encode()]}
    update = brought_up(mine, SHIPPED, [FORMER], held)
    assert list(_rows(update, "successions.csv")) == ["ubnd_h"]
    assert any("qltt, sct, 2025-06-01" in said for said in update.kept)


def test_a_row_that_it_never_had_is_new_to_it_whatever_was_brought_before() -> None:
    own = BEFORE.replace("ubnd_a,UBND quận A,district,,,2025-06-30,\n", "")
    mine = _files(own, CONTACTS_BEFORE, LINES_BEFORE)
    update = brought_up(mine, SHIPPED, [FORMER], {"agencies.csv": [own.encode()]})
    assert _rows(update, "agencies.csv")["ubnd_a"]["full_name"] == "Ủy ban nhân dân quận A"
    assert not update.kept


def test_an_agency_that_the_office_entered_itself_keeps_its_code_everywhere() -> None:
    own = BEFORE + "phuong_moi_h,Ủy ban nhân dân xã H,commune,,2025-07-01,,\n"
    contacts = CONTACTS_BEFORE + "phuong_moi_h,vanthu@xah.gov.vn,\n"
    update = _update(own, contacts)
    assert "xa_h" not in _rows(update, "agencies.csv")
    assert "contacts.csv" not in update.files
    assert _rows(update, "successions.csv")["ubnd_h"]["successor"] == "phuong_moi_h"


def test_of_earlier_versions_each_is_known(tmp_path: Path) -> None:
    (tmp_path / "1" / "directives" / "2025").mkdir(parents=True)
    (tmp_path / "1" / "agencies.csv").write_text(BEFORE)
    (tmp_path / "1" / "directives" / "2025" / "target_revisions.csv").write_text("row\n")
    (tmp_path / "README.txt").write_text("x")
    [found] = former_tables(tmp_path)
    assert set(found) == {"agencies.csv", "directives/2025/target_revisions.csv"}
    assert former_tables(tmp_path / "none") == []

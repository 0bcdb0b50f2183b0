"""One record of the office's files changed: every other byte stays as it was."""

from __future__ import annotations

import csv
import io
import re
import tomllib

import pytest

from config.editing.cycle_edits import UnreadableValue, cycle_values, with_cycle
from config.editing.office_tables import OfficeTable
from config.editing.rule_edits import RuleUse, rules_in_use, with_rules
from config.files.toml_updates import comments_in
from tests.fixtures.office_files import OFFICE_FILES

TABLES = {
    "plain": "code,name\nsyt,Sở Y tế\nstc,Sở Tài chính\n",
    "semicolons": "code;name\nsyt;Sở Y tế\nstc;Sở Tài chính\n",
    "tabs": "code\tname\nsyt\tSở Y tế\nstc\tSở Tài chính\n",
    "of Windows": "\ufeffcode,name\r\nsyt,Sở Y tế\r\nstc,Sở Tài chính\r\n",
    "quoted": 'code,name\n"syt","Sở ""Y"" tế, cũ"\nstc,Sở Tài chính\n',
    "a cell of two lines": 'code,name\nsyt,"Sở\nY tế"\nstc,Sở Tài chính\n',
    "empty lines": "\n\ncode,name\n\nsyt,Sở Y tế\n,\n\nstc,Sở Tài chính\n\n",
    "no last end": "code,name\nsyt,Sở Y tế\nstc,Sở Tài chính",
    "short line": "code,name,note\nsyt,Sở Y tế\nstc,Sở Tài chính,\n",
    "spaces": "code , Name\n syt , Sở Y tế \nstc,Sở Tài chính\n",
}


def read(content: bytes) -> list[dict[str, str]]:
    return [dict(row) for _, row in OfficeTable.read(content).rows]


@pytest.mark.parametrize("text", TABLES.values(), ids=TABLES)
def test_a_table_that_is_only_read_stays_to_the_letter(text: str) -> None:
    assert OfficeTable.read(text.encode()).content == text.encode()


@pytest.mark.parametrize("text", TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("value", ["mới", 'có "ngoặc", phẩy; chấm\tphẩy', "", "=1+1"])
def test_a_changed_record_is_changed_alone(text: str, value: str) -> None:
    table = OfficeTable.read(text.encode())
    number = table.number_of(code="stc")
    assert number is not None

    changed = table.changed(number, {"name": value})

    before, after = read(text.encode()), read(changed.content)
    assert after[-1] == {**before[-1], "name": value} | ({"note": ""} if "note" in text else {})
    assert after[:-1] == before[:-1]
    first = text.encode().partition(b"stc")[0]
    assert changed.content.startswith(first)
    assert changed.line_of(number) == first.count(b"\n") + 1
    assert changed.touched_line(table) == changed.line_of(number)


@pytest.mark.parametrize("text", TABLES.values(), ids=TABLES)
def test_a_record_is_added_and_taken_out_again(text: str) -> None:
    table = OfficeTable.read(text.encode())

    added = table.added({"code": "sct", "name": "Sở Công Thương"})

    assert added.content.startswith(text.encode())
    assert read(added.content)[-1]["code"] == "sct"
    number = added.number_of(code="sct")
    assert number is not None
    assert read(added.without(number).content) == read(text.encode())
    between = table.added({"code": "sct"}, table.number_of(code="syt"))
    assert [row["code"] for row in read(between.content)] == ["syt", "sct", "stc"]


@pytest.mark.parametrize("text", TABLES.values(), ids=TABLES)
def test_a_column_that_is_lacking_is_added_to_every_record(text: str) -> None:
    table = OfficeTable.read(text.encode())
    number = table.number_of(code="syt")
    assert number is not None

    wide = table.changed(number, {"domains": "cu.example", "more": ""})

    assert [row["domains"] for row in read(wide.content)] == ["cu.example", ""]
    assert "more" not in wide.header
    lines = csv.reader(io.StringIO(wide.content.decode("utf-8-sig")), delimiter=wide.delimiter)
    assert {len(cells) for cells in lines if any(cells)} == {len(wide.header)}
    assert wide.content.startswith(b"\xef\xbb\xbf") == text.startswith("\ufeff")


@pytest.mark.parametrize("name", [path.name for path in sorted(OFFICE_FILES.glob("*.csv"))])
def test_every_table_of_the_office_is_changed_record_by_record(name: str) -> None:
    content = (OFFICE_FILES / name).read_bytes()
    table = OfficeTable.read(content)
    column = table.header[-1]

    for number, row in table.rows:
        assert table.changed(number, {column: row[column]}).rows
        changed = table.changed(number, {column: "khác"}).content
        same = [a == b for a, b in zip(changed.splitlines(), content.splitlines(), strict=True)]
        assert same.count(False) == 1


def test_a_cycle_is_changed_value_by_value_and_no_comment_is_lost() -> None:
    text = (OFFICE_FILES / "cycles.toml").read_text("utf-8")
    values = cycle_values(text, "2025-plan")
    assert with_cycle(text, "2025-plan", values) == text

    for field, value in values.items():
        new = {
            "opens_at": "2025-01-10T10:00",
            "due_at": "2025-03-01T00:00",
        }.get(field) or (
            "2025-02-26" if re.fullmatch(r"\d{4}-\d\d-\d\d", value)
            else "7" if re.fullmatch(r"-?\d+", value)
            else "Lời khác"
        )  # fmt: skip
        changed = with_cycle(text, "2025-plan", {**values, field: new})
        assert cycle_values(changed, "2025-plan") == {**values, field: new}
        assert comments_in(changed) == comments_in(text)
        assert cycle_values(changed, "2025-review") == cycle_values(text, "2025-review")


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("due_at", "20/02"),
        ("due_at", "2025-02-30T00:00"),
        ("meeting_on", "2025-13-01"),
        ("grace_working_days", "năm"),
        ("grace_working_days", ""),
        ("steps.1.hour", "8h"),
        ("steps.2.working_days", "9" * 5000),
    ],
)
def test_a_value_that_is_none_of_its_kind_is_told_at_its_field(field: str, typed: str) -> None:
    text = (OFFICE_FILES / "cycles.toml").read_text("utf-8")

    with pytest.raises(UnreadableValue) as raised:
        with_cycle(text, "2025-plan", {field: typed})

    assert raised.value.field == field


@pytest.mark.parametrize(
    ("text", "wanted", "trial", "off"),
    [
        ('trial_rules = ["A", "B"] # thử\n', {"A": RuleUse.ON}, ["B"], []),
        ('trial_rules = ["A"]\nrules_off = []\n', {"A": RuleUse.OFF}, [], ["A"]),
        ("# trống\n", {"A": RuleUse.TRIAL, "B": RuleUse.OFF}, ["A"], ["B"]),
        ('rules_off = ["A"]\n', {}, [], ["A"]),
    ],
)
def test_rules_are_switched_and_comments_stay(
    text: str, wanted: dict[str, RuleUse], trial: list[str], off: list[str]
) -> None:
    changed = with_rules(text, wanted)

    content = tomllib.loads(changed)
    assert (content.get("trial_rules", []), content.get("rules_off", [])) == (trial, off)
    assert comments_in(changed) == comments_in(text)
    assert set(rules_in_use(changed)) == {*trial, *off}

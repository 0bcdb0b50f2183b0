"""TOML changed in its text: the content is what was asked for, the office's comments stay."""

from __future__ import annotations

import copy
import datetime as dt
import tomllib
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.files.toml_updates import comments_in, rendered_toml, updated_toml
from tests.fixtures.office_files import OFFICE_FILES

CYCLES = (OFFICE_FILES / "cycles.toml").read_text("utf-8")
DIRECTIVE = (OFFICE_FILES / "directives" / "2025" / "directive.toml").read_text("utf-8")


def comments(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.lstrip().startswith("#")]


def test_what_is_equal_stays_to_the_letter() -> None:
    assert updated_toml(CYCLES, tomllib.loads(CYCLES)) == CYCLES
    assert updated_toml(DIRECTIVE, tomllib.loads(DIRECTIVE)) == DIRECTIVE


def test_one_value_changes_on_its_line_and_keeps_the_remark_behind_it() -> None:
    wanted = tomllib.loads(CYCLES)
    wanted["cycles"]["2025-plan"]["meeting_on"] = dt.date(2025, 2, 26)
    old, new = CYCLES.splitlines(), updated_toml(CYCLES, wanted).splitlines()
    changed = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    assert changed == [
        (
            "meeting_on = 2025-02-27 # dự kiến; Văn phòng sửa khi có lịch chính thức",
            "meeting_on = 2025-02-26 # dự kiến; Văn phòng sửa khi có lịch chính thức",
        )
    ]


def test_a_new_cycle_comes_at_the_end_and_the_others_stay() -> None:
    wanted = tomllib.loads(CYCLES)
    wanted["cycles"]["2026-plan"] = copy.deepcopy(wanted["cycles"]["2025-plan"])
    text = updated_toml(CYCLES, wanted)
    assert text.startswith(CYCLES.rstrip())
    assert tomllib.loads(text) == wanted


def test_steps_that_grow_in_number_are_written_where_they_stood() -> None:
    wanted = tomllib.loads(CYCLES)
    steps = wanted["cycles"]["2025-plan"]["steps"]
    steps.append({"code": "x", "kind": "overdue", "working_days": 5, "hour": 9})
    text = updated_toml(CYCLES, wanted)
    assert tomllib.loads(text) == wanted
    assert comments(text) == comments(CYCLES)


def test_remarks_between_and_behind_the_tables_of_a_list_stay() -> None:
    wanted = tomllib.loads(DIRECTIVE)
    del wanted["repeated_in_body"][0]
    text = updated_toml(DIRECTIVE, wanted)
    assert tomllib.loads(text) == wanted
    assert comments(text)[-1] == comments(DIRECTIVE)[-1]
    assert comments(text)[:6] == comments(DIRECTIVE)[:6]


_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=12)
_VALUES = st.one_of(
    _TEXT, st.integers(-99, 99), st.booleans(), st.dates(), st.lists(_TEXT, max_size=2)
)
_KEYS = st.sampled_from(["a", "b-2", "title", "note", "có dấu", "x.y"])
_TABLES = st.dictionaries(_KEYS, _VALUES, max_size=3)
_CONTENTS = st.dictionaries(
    _KEYS, st.one_of(_VALUES, _TABLES, st.lists(_TABLES, min_size=1, max_size=3)), max_size=4
)


@settings(max_examples=100, deadline=None)
@given(
    before=_CONTENTS, after=_CONTENTS, remark=st.sampled_from(["", "# xem lại\n", "\n# a = 1\n"])
)
def test_whatever_is_asked_for_is_what_the_text_then_holds(
    before: dict[str, Any], after: dict[str, Any], remark: str
) -> None:
    text = remark + rendered_toml(before)
    assert tomllib.loads(text) == before
    assert tomllib.loads(updated_toml(text, after)) == after


# --- Comments -------------------------------------------------------------------------------------

LIST = """\
# đầu tệp
a = 1 # một

# trước danh sách
[[l]]
n = 1 # r1
# trong 1
m = 2

# trước hai
[[l]] # đầu 2
n = 2 # r2

# trước t
[t]
x = [
  1, # trong ngoặc
  2,
] # sau ngoặc
y.z = {b = "# chữ"} # chấm
# cuối"""


def entry(text: str, number: int) -> str:
    """What stands between an entry's heading and the next heading."""
    return text.split("[[l]]")[number].partition("\n[")[0]


def test_an_entry_taken_out_of_a_list_leaves_its_remarks_and_the_others_as_they_were() -> None:
    wanted = tomllib.loads(LIST)
    del wanted["l"][0]
    text = updated_toml(LIST, wanted)
    assert tomllib.loads(text) == wanted
    assert text.startswith(LIST.partition("[[l]]")[0] + "# r1\n# trong 1\n\n# trước hai\n[[l]]")
    assert text.rstrip().endswith(LIST.partition("[[l]] # đầu 2")[2])


def test_an_entry_put_in_between_stands_before_the_remark_on_the_next() -> None:
    wanted = tomllib.loads(LIST)
    wanted["l"].insert(1, {"n": 9})
    text = updated_toml(LIST, wanted)
    assert tomllib.loads(text) == wanted
    assert "m = 2\n\n[[l]]\nn = 9\n\n# trước hai\n[[l]] # đầu 2\nn = 2 # r2\n" in text


def _all_new(content: dict[str, Any]) -> None:
    content["l"] = [{"k": 1}]


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content["l"].clear(),
        lambda content: content["l"].pop(),
        lambda content: content["l"].reverse(),
        lambda content: content["l"].insert(0, {"n": 3}),
        lambda content: content["l"].append({"n": 3}),
        _all_new,
        lambda content: content.pop("l"),
        lambda content: content.pop("t"),
        lambda content: content.update(a={"b": 1}),
        lambda content: content.update(a=[{"b": 1}, {"b": 2}]),
        lambda content: content.update(l=3, t=4),
        lambda content: content["t"].update(x=[3]),
        lambda content: content["t"].update(new="x"),
        lambda content: content["t"]["y"].update(z=4),
        lambda content: content["t"]["y"].update(w=4),
        lambda content: content["t"]["y"]["z"].update(b="#", c=1),
        lambda content: content["t"].pop("y"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_no_change_costs_a_comment_or_the_ends_of_lines(
    change: Callable[[dict[str, Any]], object], newline: str
) -> None:
    before = LIST.replace("\n", newline)
    wanted = tomllib.loads(before)
    change(wanted)
    text = updated_toml(before, wanted)
    assert tomllib.loads(text) == wanted
    assert Counter(comments_in(text)) >= Counter(comments_in(before))
    assert text.startswith(f"# đầu tệp{newline}")
    assert text.count("\r\n") == (text.count("\n") if newline == "\r\n" else 0)


@settings(max_examples=100, deadline=None)
@given(before=_CONTENTS, after=_CONTENTS, data=st.data())
def test_no_comment_is_ever_lost(
    before: dict[str, Any], after: dict[str, Any], data: st.DataObject
) -> None:
    lines: list[str] = []
    for number, line in enumerate(rendered_toml(before).split("\n")):
        above, behind = (bool(line) and data.draw(st.booleans()) for _ in range(2))
        lines += [f"# trên {number}"] * above
        lines.append(line + f" # sau {number}" * behind)
    text = "\n".join(lines)
    changed = updated_toml(text, after)
    assert tomllib.loads(changed) == after
    assert Counter(comments_in(changed)) >= Counter(comments_in(text))

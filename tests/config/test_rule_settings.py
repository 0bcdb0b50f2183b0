"""The office's settings of the rules."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from config.files.catalogues import load_catalogue
from config.files.rule_settings import load_rule_settings
from models.domain.errors import ConfigurationFault
from models.domain.reading.rule_settings import RuleSettings
from tests.fixtures.office_files import OFFICE_FILES

_OF_LINK = "base = '100'\ntolerance = '1'"
BAD = [
    ("trial_rules = ['XX-99']", "XX-99"),
    ("rules_off = 'CT-01'", "danh sách"),
    ("fold_above = 0", "fold_above"),
    ("magnitude_low = 0.4", "magnitude_low"),
    ("magnitude_low = '2'", "nhỏ hơn 1"),
    ("far_factor = 'nan'", "far_factor"),
    ("nguong = 3", "không có mục này"),
    ("[[sum_limits]]\nrows = ['a', 'b']", "sum_limits[1]"),
    ("[[sum_limits]]\nrows = ['a']\nlimit = '100'", "hai mã"),
    ("sum_limits = 3", "sum_limits[1]"),
    ('[[sum_limits]]\nrows = ["a", "b"]\nlimit = "1"\nlimits = 2', "limits: không có mục này"),
    ("links = 3", "links[1]"),
    (f"[[links]]\nrows = ['a']\nkind = 'full'\n{_OF_LINK}", "đúng hai mã"),
    (f"[[links]]\nrows = ['a', 'b']\nkind = 'half'\n{_OF_LINK}", '"full" hoặc "above"'),
    (f"[[links]]\nrows = ['a', 'b']\nkind = 'full'\nlimit = 1\n{_OF_LINK}", "không có mục này"),
    ("[[links]]\nrows = ['a', 'b']\nkind = 'full'\nbase = '100'\ntolerance = 'x'", "tolerance"),
    ("fold_above = ", "sai cú pháp TOML"),
]


def test_the_offices_file_says_what_the_defaults_say() -> None:
    settings = load_rule_settings(OFFICE_FILES / "rules.toml")
    assert replace(settings, sum_limits=(), links=()) == RuleSettings()


def test_its_sums_name_rows_of_the_catalogue() -> None:
    settings = load_rule_settings(OFFICE_FILES / "rules.toml")
    known = {row.code for row in load_catalogue(OFFICE_FILES / "directives" / "2025")}
    assert settings.sum_limits
    assert all(set(limit.rows) <= known for limit in settings.sum_limits)
    assert settings.links
    assert all({link.first, link.second} <= known for link in settings.links)


@pytest.mark.parametrize(("text", "named"), BAD)
def test_a_faulty_file_is_refused_by_name(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationFault) as raised:
        load_rule_settings(path)
    place = re.compile(r"rules\.toml(:\d+: |: sai cú pháp)")
    assert all(place.match(fault) for fault in raised.value.faults)
    assert named in str(raised.value)


def test_what_a_file_leaves_out_keeps_its_default(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text("fold_above = 3", encoding="utf-8")
    assert load_rule_settings(path) == replace(RuleSettings(), fold_above=3)

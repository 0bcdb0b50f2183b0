"""The project's names: one thing, one name."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("flows", "tasks", "models", "config")


def public_classes(folder: Path) -> dict[str, list[str]]:
    """Where each public class is defined, by name, nested classes too."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text("utf-8")
        if "class " not in text:  # to look into all modules takes seconds
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(f"{path}:{node.lineno}")
    return found


def test_a_public_class_is_the_only_one_of_its_name() -> None:
    everywhere: dict[str, list[str]] = defaultdict(list)
    for package in PACKAGES:
        for name, places in public_classes(ROOT / package).items():
            everywhere[name] += places
    assert len(everywhere) > 100
    assert {name: places for name, places in everywhere.items() if len(places) > 1} == {}


def test_two_classes_of_one_name_are_seen_in_whatever_file_they_stand(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "one.py").write_text("class Figure: ...\nclass _Own: ...\n")
    (tmp_path / "deep" / "two.py").write_text("\ndef make():\n    class Figure: ...\n")
    assert [len(places) for places in public_classes(tmp_path).values()] == [2]

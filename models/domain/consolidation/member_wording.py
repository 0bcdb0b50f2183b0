"""How the office says what many who lead a row together have answered, each for itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from models.domain.consolidation.members import Members, MemberValue
from models.domain.cycle.letter_phrases import listed, measured, number_text, part_said
from models.domain.notation.vietnamese_text import one_line
from models.domain.register.targets import REACHED, Judgement

NAMED = 5  # agencies named in one sentence
NOT_YET = "Chưa đủ số"  # some have answered, and not all
Namer = Callable[[str], str]  # an agency's name by its code


def members_said(members: Members, unit: str, name: Namer) -> str:
    """How many have answered and reached the target, the lowest and the highest, each with whose.

    >>> members_said(Members((MemberValue("a", None), MemberValue("b", None))), "%", str)
    'chưa cơ quan nào trong 2 cơ quan có số'
    """
    return "; ".join([counted(members), *_span(members, unit, name)])


def counted(members: Members) -> str:
    """How many have answered, and how each of them came out: "68/70 cơ quan đã có số, 50 đạt"."""
    answered, missed = len(members.answered), len(members.missed)
    open_ones = answered - len(members.reached) - missed
    parts = [part_said(answered, len(members.values), "cơ quan", "đã có số")]
    if members.reached:
        parts.append(f"{number_text(len(members.reached))} đạt mức giao")
    if missed:
        parts.append(f"{number_text(missed)} không đạt")
    if open_ones:
        parts.append(f"{number_text(open_ones)} chưa đánh giá")
    return ", ".join(parts)


def _span(members: Members, unit: str, name: Namer) -> list[str]:
    lowest, highest = members.lowest, members.highest
    if lowest is None or highest is None:
        return []
    if lowest is highest:
        return [f"{_valued(lowest, unit)} ({name(lowest.agency)})"]
    return [
        f"thấp nhất {_valued(lowest, unit)} ({name(lowest.agency)}), "
        f"cao nhất {_valued(highest, unit)} ({name(highest.agency)})"
    ]


def _valued(value: MemberValue, unit: str) -> str:
    if value.number is not None:
        return measured(value.number, unit)
    return one_line(value.figure.text, 60) if value.figure else ""


def verdict_said(members: Members, names: Mapping[Judgement, str]) -> str:
    """The row's verdict; `names` are those of judgements.

    Met is said only where each of them has met it; otherwise how many have; while anybody is
    silent, that it cannot be said yet.

    >>> verdict_said(Members((MemberValue("a", None),)), {})
    'Chưa có số liệu'
    """
    total, reached = number_text(len(members.values)), number_text(len(members.reached))
    if not members.answered:
        return "Chưa có số liệu"
    if members.silent:
        return NOT_YET
    if members.judgement is Judgement.NOT_MET:
        return f"{reached}/{total} cơ quan đạt"
    name = names[members.judgement]
    return f"{name} ({total}/{total} cơ quan)" if members.judgement in REACHED else name


def why_open(members: Members) -> str:
    """Why the row is not judged, as a sentence part; "" where it is."""
    if members.silent and members.answered:
        return f"{NOT_YET}: {counted(members)}"
    if members.judgement in (Judgement.AWAITING, Judgement.UNKNOWN):
        return next((v.why_not_judged for v in members.answered if v.why_not_judged), "")
    return ""


def missed_said(members: Members, unit: str, name: Namer, most: int = NAMED) -> str:
    """Those who have not reached the target, the farthest from it first, each with its reference.

    "" for none.
    """
    farthest = sorted(members.missed, key=lambda v: v.distance if v.distance is not None else 0)
    items = [
        f"{name(v.agency)} {_valued(v, unit)}, {v.figure.reference}"
        for v in farthest
        if v.figure is not None
    ]
    return listed(items, "cơ quan", most)


def silent_said(members: Members, name: Namer, most: int = NAMED) -> str:
    """Those who gave no value, by name; "" for none."""
    return listed([name(code) for code in members.silent], "cơ quan", most)

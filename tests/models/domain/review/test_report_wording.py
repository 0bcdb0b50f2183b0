"""How the report sums up what agencies write: labels, branches, who asks for what."""

from __future__ import annotations

import dataclasses

import pytest

from models.domain.results.report_projects import obstacle_notes
from models.domain.results.report_scenario import cause_notes
from models.domain.results.report_text import Citations, ReportNames
from models.domain.results.report_work import proposal_rows
from models.domain.review.assembling import proposals_in
from models.domain.review.spending import OFF_BUDGET_ASKED, asks_budget, off_budget
from tests.fixtures.november import november
from tests.fixtures.simulated_answers import real_office


def names() -> ReportNames:
    made, _ = november()
    office, cycle = real_office(), made.cycle
    return ReportNames(office.register, office.catalogue_of(cycle), office.form_of(cycle))


def test_no_label_doubles_the_word_that_a_text_begins_with(content) -> None:
    made, _ = november()
    [first, second, *_] = [p for p in made.review.projects if p.obstacles is not None]
    figure = first.obstacles

    def said(obstacles: str, causes: str) -> list[str]:
        word = dataclasses.replace(figure, value=obstacles)
        cause = dataclasses.replace(second.obstacles, value=causes)
        one = dataclasses.replace(first, obstacles=word, causes=cause)
        return [t.plain for t in obstacle_notes([one], names(), Citations())]

    plain = said("Thiếu cát.", "Giá tăng.")
    assert [t.partition(":")[0] for t in plain] == ["Vướng mắc", "Nguyên nhân"]
    doubled = said("Vướng mắc trong xác định giá đất.", "nguyên nhân khách quan.")
    assert [t.partition(":")[0] for t in doubled] == [
        "Vướng mắc trong xác định giá đất",
        "nguyên nhân khách quan",
    ]


def test_a_cause_of_every_branch_names_how_many_they_are(content) -> None:
    made, _ = november()
    word = next(b.causes for b in made.review.scenario if b.causes is not None)
    caused = [dataclasses.replace(b, causes=word) for b in made.review.scenario]
    whole, parts = caused[0], caused[1:]

    def told(*silent: int, whole_too: bool) -> str:
        first = whole if whole_too else dataclasses.replace(whole, causes=None)
        others = [
            dataclasses.replace(b, causes=None) if n in silent else b for n, b in enumerate(parts)
        ]
        [said] = [
            t.without_references.plain for t in cause_notes([first, *others], names(), Citations())
        ]
        return said.partition(", đối với ")[2]

    every = told(whole_too=False)
    assert every.startswith(f"cả {len(parts)} ngành")
    both = told(whole_too=True)
    assert both.startswith(names().row(whole.row)) and f" và cả {len(parts)} ngành" in both
    # Of all but one the reader has to be told which.
    some = told(0, whole_too=False)
    assert "cả" not in some.split() and names().row(parts[1].row) in some
    assert names().row(parts[0].row) not in some.split("; ")


def test_turns_and_askers_of_proposals_add_up(content) -> None:
    made, _ = november()
    turns = [int(row["times"].plain) for row in content.proposals]
    assert sum(turns) == len(made.review.proposals)
    assert all(
        n >= int(row["count"].plain) for n, row in zip(turns, content.proposals, strict=True)
    )


MONEY = (
    "Đề nghị UBND thành phố bố trí bổ sung vốn trong quý I/2026.",
    "Bổ sung kinh phí giải phóng mặt bằng.",
    "Hỗ trợ một phần từ ngân sách thành phố",
)


@pytest.mark.parametrize("text", MONEY)
def test_public_money_asked_for_a_project_of_investors_is_to_be_explained(text: str) -> None:
    made, _ = november()
    [private, *_] = [p for p in made.review.projects if off_budget(p.row)]
    [public, *_] = [p for p in made.review.projects if not off_budget(p.row)]
    assert asks_budget(text, private.row) and not asks_budget(text, public.row)
    assert not asks_budget("Sớm bàn giao mặt bằng còn lại.", private.row)

    one = made.review.proposals[0]
    proposals = [
        dataclasses.replace(
            one, text=text, row=p.row.code, off_budget=asks_budget(text, p.row), work=""
        )
        for p in (public, private)
    ]
    [row] = proposal_rows(proposals, names(), Citations())
    [public_place, private_place] = [names().place(p.row) for p in (public, private)]
    assert f"({public_place}; {private_place}: {OFF_BUDGET_ASKED})" in row["agency"].plain


def test_what_agencies_ask_is_held_against_who_pays() -> None:
    """The mark follows from the catalogue's groups, at whatever row the proposal stands."""
    made, _ = november()
    form = real_office().form_of(made.cycle)
    sheet = next(s for s in form.sheets if s.meaning("disbursed") is not None)
    column = sheet.meaning("proposals")
    assert column is not None
    figure = made.review.proposals[0].figure
    rows = [p.row for p in made.review.projects]
    asked = [
        dataclasses.replace(
            figure, sheet=sheet.key, column=column.key, row_key=row.code, value=MONEY[0]
        )
        for row in rows
    ]
    found = proposals_in(form, dataclasses.replace(made.consolidation, lineage=asked))
    assert [p.off_budget for p in found] == [off_budget(row) for row in rows]
    assert any(p.off_budget for p in found) and not all(p.off_budget for p in found)

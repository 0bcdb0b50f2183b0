"""One name for a decision: its flow, the deed that its form makes, and what carries it out."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import get_type_hints

import pytest
from prefect import Flow

from flows.decisions.approve_summary import Approval, approve_summary
from flows.decisions.decision_forms import Book
from flows.serving.deployments import DECISIONS
from models.domain.deeds.deed import Deed, deed_name
from tasks.adapters.decisions.carrying_out import EXECUTORS


def kinds(of: type[Deed] = Deed) -> Iterator[type[Deed]]:
    """Every kind of deed that is not just the beginning of others."""
    for kind in of.__subclasses__():
        if kind.__subclasses__():
            yield from kinds(kind)
        else:
            yield kind


def made_by(flow: Flow) -> type[Deed]:
    """The kind of deed that the form of a flow makes."""
    [request] = inspect.signature(flow.fn).parameters
    form = Approval if flow is approve_summary else get_type_hints(flow.fn)[request]
    kind = get_type_hints(form.deed)["return"]
    assert issubclass(kind, Deed)
    return kind


def test_every_kind_of_deed_is_carried_out_by_the_one_function_that_bears_its_name() -> None:
    assert set(kinds()) == set(EXECUTORS)
    for kind, executor in EXECUTORS.items():
        assert executor.__name__ == deed_name(kind)
        assert get_type_hints(executor)["deed"] is kind


@pytest.mark.parametrize("flow", DECISIONS, ids=lambda f: f.name)
def test_the_form_of_a_decision_makes_the_one_deed_that_bears_the_name_of_its_flow(
    flow: Flow,
) -> None:
    assert flow.fn.__name__ == deed_name(made_by(flow))


def test_no_deed_is_made_by_two_forms_and_none_by_no_form() -> None:
    made = [made_by(flow) for flow in DECISIONS]
    assert sorted(made, key=deed_name) == sorted(kinds(), key=deed_name)


def test_an_entry_that_spells_a_choice_as_it_was_once_means_the_same() -> None:
    assert Book("Khoá sổ") is Book.CLOSE
    with pytest.raises(ValueError, match="Mở sổ"):
        Book("Mở sổ")

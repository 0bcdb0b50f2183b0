"""Nothing that the desk says of a decision names a flow or the orchestrator's button."""

from __future__ import annotations

import re

from flows.desk.desk_words import at_desk
from flows.serving import deployments
from tests.texts import SaidText, every_text

#: Where the sentences of decisions and of held messages come from.
ROOMS = ("models/domain/deeds/", "models/domain/arrivals/", "models/domain/answers/", "flows/desk/",
         "tasks/adapters/decisions/", "tasks/adapters/intake/", "flows/decisions/decision_forms.py",
         "flows/decisions/measure_forms.py")  # fmt: skip
FLOWS = sorted(
    {str(flow.name) for flow in deployments.DECISIONS}
    | {str(flow.name) for flow, _ in deployments.SCHEDULES.values()}
)
CODE = re.compile(rf"\b(?:{'|'.join(FLOWS)})\b|\bRetry\b")


def said_at_the_desk() -> list[SaidText]:
    own = "flows/desk/desk_words.py"
    return [t for t in every_text() if t.file.startswith(ROOMS) and t.file != own]


def test_there_are_sentences_that_name_flows() -> None:
    named = [text for text in said_at_the_desk() if CODE.search(text.text)]

    assert len(named) >= 8
    assert len(FLOWS) > 15


def test_none_of_them_reaches_who_decides_at_the_desk() -> None:
    assert [str(text) for text in said_at_the_desk() if CODE.search(at_desk(text.text))] == []


def test_other_words_stay_as_they_are() -> None:
    said = "Tệp «open-cycle-2.xlsx», «close-cycle.ods» của re-open-cycle; xin gửi lại trước 17 giờ."

    assert at_desk(said) == said

"""Decisions on the check: rules and sheets not held against an agency, corrected arrivals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from models.domain.answers.decisions import DecisionRefused, Signature
from models.domain.answers.standing import SubmissionRecord, Timeliness
from models.domain.cycle.cycles import HANOI
from models.domain.deeds.cycle_deeds import ExemptAgency, ExemptSheet, WaiveRule
from models.domain.deeds.message_deeds import CorrectArrival
from models.domain.reading.findings import Severity
from models.domain.reading.forms import asked_sheets, sheets_for
from models.domain.reading.submissions import Verdict
from tasks.adapters.boards.boards import boards
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.intake.collecting import collect
from tasks.adapters.intake.working import work_through
from tasks.adapters.mailbox.maildir import MaildirInbox, deliver
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import decisions, submissions
from tasks.adapters.workplace import Workplace
from tests.fixtures.letters_written import every_letter
from tests.fixtures.small_workplace import CYCLE, small_workplace

HA = Signature("Nguyễn Thị Hà", "Trung ương chưa giao số liệu này.")
LAST_DAY = dt.date(2025, 2, 28)


def at(day: int, hour: int = 9) -> dt.datetime:
    return dt.datetime(2025, 2, day, hour, tzinfo=HANOI)


@pytest.fixture
def workplace(tmp_path: Path) -> Iterator[Workplace]:
    with small_workplace(tmp_path, at(3), ("syt",)) as workplace:
        yield workplace


def hand_in(workplace: Workplace, received_at: dt.datetime) -> SubmissionRecord:
    """The agency sends its workbook as it got it, unfilled; the version it became."""
    with workplace.engine.begin() as connection:
        letter = next(x for x in every_letter(connection) if x.agency == "syt")
    mail = EmailMessage()
    mail["From"], mail["To"] = workplace.office.register.contacts["syt"].to[0], letter.reply_to
    mail.set_content("Kính gửi.")
    workbook = workplace.raw_store.get(letter.files[0]["sha256"])
    mail.add_attachment(workbook, maintype="application", subtype="zip", filename="kế hoạch.xlsx")
    mailbox = Path(workplace.rules.mailboxes[0].removeprefix("maildir://"))
    deliver(mailbox, mail.as_bytes(), received_at)
    collect(workplace, MaildirInbox(mailbox), 10)
    assert work_through(workplace, 10).failures == []
    with workplace.engine.begin() as connection:
        [record] = submissions.records(connection, CYCLE, details=True)["syt"]
    return record


def grave_rules(record: SubmissionRecord) -> set[str]:
    return {f.rule for f in record.findings if f.severity.rank <= 1 and not f.trial}


def test_a_waived_rule_returns_nothing_and_stays_in_the_record_with_who_waived_it(
    workplace: Workplace, tmp_path: Path
) -> None:
    with small_workplace(tmp_path / "other", at(3), ("syt",)) as other:
        rules = grave_rules(hand_in(other, at(4)))
    assert rules
    for rule in sorted(rules):
        assert carry_out(
            workplace,
            WaiveRule(
                cycle=CYCLE, agency="Sở Y tế", rule=f"{rule}: tên", last_day=LAST_DAY, signed=HA
            ),
        ).new
    record = hand_in(workplace, at(4))

    assert record.verdict is Verdict.ACCEPTED
    excused = [f for f in record.findings if f.rule in rules]
    assert excused
    assert all(f.severity is Severity.INFO for f in excused)
    assert all("đến hết ngày 28/02/2025" in f.message for f in excused)
    assert all("Nguyễn Thị Hà" in f.message for f in excused)


def test_a_waiver_ends_by_itself_and_can_be_ended_before(workplace: Workplace) -> None:
    def waived(now: dt.datetime) -> set[str]:
        with workplace.engine.begin() as connection:
            return set(decisions.book(connection).waivers(CYCLE, "syt", now))

    assert carry_out(
        workplace, WaiveRule(cycle=CYCLE, agency="syt", rule="BB-01", last_day=LAST_DAY, signed=HA)
    ).new
    assert not carry_out(
        workplace, WaiveRule(cycle=CYCLE, agency="syt", rule="BB-01", last_day=LAST_DAY, signed=HA)
    ).new
    assert waived(at(28, 23)) == {"BB-01"}
    assert waived(at(28) + dt.timedelta(days=1)) == set()
    assert carry_out(
        workplace,
        WaiveRule(cycle=CYCLE, agency="syt", rule="BB-01", last_day=dt.date(2025, 2, 1), signed=HA),
    ).new
    assert not carry_out(
        workplace,
        WaiveRule(cycle=CYCLE, agency="syt", rule="BB-01", last_day=dt.date(2025, 2, 1), signed=HA),
    ).new
    assert waived(at(3)) == set()


def test_a_waiver_holds_for_its_cycle_only(workplace: Workplace) -> None:
    carry_out(
        workplace, WaiveRule(cycle=CYCLE, agency="syt", rule="BB-01", last_day=LAST_DAY, signed=HA)
    )
    with workplace.engine.begin() as connection:
        book = decisions.book(connection)
    assert set(book.waivers(CYCLE, "syt", workplace.now)) == {"BB-01"}
    assert book.waivers("2025-review", "syt", workplace.now) == {}


@pytest.mark.parametrize(("rule", "says"), [("XX-99", "Không có quy tắc"), ("CT-01", "không miễn")])
def test_a_rule_that_cannot_be_waived_is_refused(
    workplace: Workplace, rule: str, says: str
) -> None:
    with pytest.raises(DecisionRefused, match=says):
        carry_out(
            workplace, WaiveRule(cycle=CYCLE, agency="syt", rule=rule, last_day=LAST_DAY, signed=HA)
        )


def test_what_stands_on_an_exempted_sheet_returns_nothing(
    workplace: Workplace, tmp_path: Path
) -> None:
    with small_workplace(tmp_path / "other", at(3), ("syt",)) as other:
        grave = [f for f in hand_in(other, at(4)).findings if f.severity.rank <= 1]
    sheets = sorted({f.sheet for f in grave if f.sheet})
    [first, *rest] = sheets
    assert carry_out(
        workplace, ExemptSheet(cycle=CYCLE, agency="syt", sheet=first, exempt=True, signed=HA)
    ).new
    assert not carry_out(
        workplace, ExemptSheet(cycle=CYCLE, agency="syt", sheet=first, exempt=True, signed=HA)
    ).new
    record = hand_in(workplace, at(4))

    left = {f.sheet for f in record.findings if f.severity.rank <= 1}
    assert left == set(rest)
    assert carry_out(
        workplace, ExemptSheet(cycle=CYCLE, agency="syt", sheet=first, exempt=False, signed=HA)
    ).new
    with workplace.engine.begin() as connection:
        assert decisions.book(connection).exempted_sheets(CYCLE, "syt") == {}


def test_who_is_exempted_from_every_sheet_owes_nothing_and_the_board_says_from_which(
    workplace: Workplace,
) -> None:
    workplace.now = at(24)
    cycle = workplace.office.cycle(CYCLE)
    form, catalogue = workplace.office.form_of(cycle), workplace.office.catalogue_of(cycle)
    first, *rest = asked_sheets(form, catalogue, "syt")
    titles = {sheet.key: sheet.title for sheet in form.sheets}

    def deadline() -> str:
        board = next(b for b in boards(workplace, [cycle]) if b.key == f"bang-ky-{CYCLE}")
        return next(row["Thời hạn"] for row in board.rows if row["Cơ quan"] == "Sở Y tế")

    carry_out(
        workplace, ExemptSheet(cycle=CYCLE, agency="syt", sheet=first, exempt=True, signed=HA)
    )
    assert deadline() == f"Quá hạn, chưa gửi, miễn trang «{titles[first]}»"
    for sheet in rest:
        carry_out(
            workplace, ExemptSheet(cycle=CYCLE, agency="syt", sheet=sheet, exempt=True, signed=HA)
        )
    assert deadline() == "Được miễn báo cáo"
    carry_out(
        workplace, ExemptSheet(cycle=CYCLE, agency="syt", sheet=first, exempt=False, signed=HA)
    )
    assert deadline().startswith("Quá hạn, chưa gửi, miễn trang")


def sheets_of(workplace: Workplace, agency: str) -> tuple[dict[str, str], set[str]]:
    """Titles of all sheets by key, and the keys of those in the agency's workbook."""
    cycle = workplace.office.cycle(CYCLE)
    form, catalogue = workplace.office.form_of(cycle), workplace.office.catalogue_of(cycle)
    return {s.key: s.title for s in form.sheets}, {
        s.key for s in sheets_for(form, catalogue, agency)
    }


def test_a_sheet_that_the_agency_does_not_fill_in_is_refused_with_those_it_does(
    workplace: Workplace,
) -> None:
    titles, own = sheets_of(workplace, "syt")
    missing = [title for key, title in titles.items() if key not in own]
    assert missing
    for sheet in ("Trang 99", "Hướng dẫn", *missing):
        with pytest.raises(DecisionRefused, match=r"Các trang của cơ quan này: ") as refused:
            carry_out(
                workplace,
                ExemptSheet(cycle=CYCLE, agency="syt", sheet=sheet, exempt=True, signed=HA),
            )
        listed = str(refused.value).rpartition(": ")[2]
        assert "Hướng dẫn" not in listed
        assert titles["action_plan"] in listed
        assert not any(title in listed for title in missing)


def test_a_corrected_arrival_makes_a_late_answer_one_in_time_and_keeps_what_was_there(
    workplace: Workplace,
) -> None:
    workplace.now = at(21)
    record = hand_in(workplace, at(20, 8))
    with workplace.engine.begin() as connection:
        accepted = submissions.SUBMISSION.update().values(verdict=Verdict.ACCEPTED.value)
        connection.execute(accepted)

    def timeliness() -> Timeliness:
        with workplace.engine.begin() as connection:
            [found] = standings_of_cycle(workplace, connection, workplace.office.cycle(CYCLE))
        return found.timeliness

    assert timeliness() is Timeliness.LATE
    assert carry_out(
        workplace, CorrectArrival(message=record.message_key[:8], arrived_at=at(19, 17), signed=HA)
    ).new
    assert timeliness() is Timeliness.ON_TIME
    assert not carry_out(
        workplace, CorrectArrival(message=record.message_key, arrived_at=at(19, 17), signed=HA)
    ).new
    with workplace.engine.begin() as connection:
        [decision] = decisions.book(connection).decisions
    assert "trước ghi 08:00:00 20/02/2025" in decision.reason


@pytest.mark.parametrize(
    ("moment", "says"),
    [
        (at(5), "tương lai"),
        (dt.datetime(1925, 2, 3, 9, tzinfo=HANOI), "trước khi mở kỳ"),
        (dt.datetime(2025, 1, 20, 15, 59, tzinfo=HANOI), "trước khi mở kỳ"),
    ],
)
def test_a_message_arrived_between_the_opening_and_now(
    workplace: Workplace, moment: dt.datetime, says: str
) -> None:
    record = hand_in(workplace, at(3))
    with pytest.raises(DecisionRefused, match=says) as refused:
        carry_out(
            workplace, CorrectArrival(message=record.message_key, arrived_at=moment, signed=HA)
        )
    bounds = "từ 16:00:00 20/01/2025 (lúc mở kỳ 2025-plan) đến 09:00:00 03/02/2025"
    assert bounds in str(refused.value)
    opening = workplace.office.cycle(CYCLE).opens_at
    assert carry_out(
        workplace, CorrectArrival(message=record.message_key, arrived_at=opening, signed=HA)
    ).new


@pytest.mark.parametrize("day", [dt.date(9999, 12, 31), dt.date(1, 1, 1)])
def test_a_day_that_no_calendar_reaches_is_refused(workplace: Workplace, day: dt.date) -> None:
    with pytest.raises(DecisionRefused, match="không hợp lý"):
        carry_out(
            workplace, WaiveRule(cycle=CYCLE, agency="syt", rule="KH-01", last_day=day, signed=HA)
        )


def test_each_exemption_is_told_to_its_agency_once_with_what_is_left(workplace: Workplace) -> None:
    cycle = workplace.office.cycle(CYCLE)
    form, catalogue = workplace.office.form_of(cycle), workplace.office.catalogue_of(cycle)
    first, *rest = asked_sheets(form, catalogue, "syt")
    titles = {sheet.key: sheet.title for sheet in form.sheets}
    of_sheet = {"cycle": CYCLE, "agency": "syt", "sheet": first, "signed": HA}
    whole = {"cycle": CYCLE, "agency": "syt", "signed": HA}
    for deed in (
        ExemptSheet(**of_sheet, exempt=True),
        ExemptSheet(**of_sheet, exempt=True),  # pressed again
        ExemptAgency(**whole, exempt=True),
        ExemptAgency(**whole, exempt=True),
        ExemptSheet(**of_sheet, exempt=False),  # the whole report is not owed still
        ExemptAgency(**whole, exempt=False),
    ):
        carry_out(workplace, deed)

    with workplace.engine.begin() as connection:
        told = [x for x in every_letter(connection) if x.kind == "exemption"]
    assert [x.agency for x in told] == ["syt"] * 4
    said = [" ".join(x.text.split()) for x in told]
    assert all(f"Lý do: {HA.reason}" in one and HA.by not in one for one in said)
    assert ["không còn áp dụng" in one for one in said] == [False, False, True, True]
    assert ["không phải gửi thêm gì" in one for one in said] == [False, True, True, False]
    assert [titles[first] in x.subject for x in told] == [True, False, True, False]
    left = "; ".join(titles[key] for key in rest)
    assert f"còn phải gửi: {left}." in said[0]
    assert f"còn phải gửi: {titles[first]}; {left}." in said[3]
    assert all(("Sổ báo cáo phải đến" in said[n]) is (n in (0, 3)) for n in range(4))

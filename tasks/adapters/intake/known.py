"""What the record knows of those who wrote: read for a whole batch of messages at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from models.domain.attribution import tokens_in_addresses
from models.domain.bounces import DeliveryReport
from models.domain.cycles import ReportingCycle
from models.domain.mail import MailMessage
from models.domain.office import Office
from models.domain.standing import SubmissionRecord, by_arrival
from models.domain.submissions import Entry, Examination
from models.tables import LetterRow
from tasks.adapters.prefilling import carried_into, plan_accounts
from tasks.adapters.store import decisions, deliveries, messages, obligations, outbox, submissions
from tasks.adapters.store.obligations import Obligation
from tasks.adapters.workplace import Workplace

_REFERENCES = 50  # the newest of a message's references; a long thread needs no more


class Known:
    """Who was asked, our letters that are answered, and the versions of those who answer.

    A batch asks some dozen questions instead of a dozen a message. What it cannot foresee it asks
    when it comes up.
    """

    def __init__(
        self,
        place: Workplace,
        connection: Connection,
        mails: Iterable[MailMessage],
        examinations: Iterable[Examination],
    ) -> None:
        mails = list(mails)
        self._connection = connection
        self._office_address = place.rules.office_address
        self._asked = {
            cycle: obligations.of_cycle(connection, cycle)
            for cycle in obligations.open_cycles(connection)
        }
        self._owners = {
            row.reply_token: (cycle, row.agency)
            for cycle, rows in self._asked.items()
            for row in rows.values()
        }
        references = [r for mail in mails for r in mail.references[-_REFERENCES:]]
        references += [mail.message_id for mail in mails if mail.message_id]
        self._letters = outbox.by_message_ids(connection, list(dict.fromkeys(references)))
        self._versions: dict[tuple[str, str], list[SubmissionRecord]] = {}
        address = place.rules.office_address
        tokens = [t for mail in mails for t in tokens_in_addresses(mail.recipients, address)]
        self._foresee(
            {
                *(self._owners[t] for t in tokens if t in self._owners),
                *self._letters.values(),
                *((e.cycle, e.agency) for e in examinations if e.cycle and e.agency),
            }
        )
        self.current_cycle = _newest(place, self._asked)
        cycles = place.office.cycles
        self._followed = {cycles[c].previous for c in self._asked if c in cycles}
        self.decisions = decisions.book(connection)
        self._taken: dict[str, str] = {}  # Message-ID by message, of versions of this batch

    def asked(self, cycle: str, agency: str) -> Obligation | None:
        """What the agency was asked in the cycle."""
        return self._asked.get(cycle, {}).get(agency)

    def is_followed(self, cycle: str) -> bool:
        """Whether a later cycle has been opened that is measured by this one."""
        return cycle in self._followed

    def owner_of_token(self, token: str) -> tuple[str, str] | None:
        """Cycle and agency of a reply token, None when it is not ours."""
        return self._owners.get(token)

    def letters_answered(self, references: Sequence[str]) -> list[tuple[str, str, str]]:
        """(Message-ID, cycle, agency) of our own letters among a message's references."""
        recent = references[-_REFERENCES:]
        return [(r, *self._letters[r]) for r in recent if r in self._letters]

    def is_own_letter(self, mail: MailMessage) -> bool:
        """Whether a message is a copy of a letter of ours: its Message-ID cannot be guessed."""
        return mail.sender == self._office_address and mail.message_id in self._letters

    def letter_of_report(self, report: DeliveryReport) -> LetterRow | None:
        """The letter of ours that a delivery report returns, by what nobody else could know.

        Its Message-ID, or the reply token with one of the letter's recipients.
        """
        letter = deliveries.letter_by_message_id(self._connection, report.message_ids)
        if letter is not None:
            return letter
        tokens = tokens_in_addresses(report.returned_to, self._office_address)
        owner = next(filter(None, map(self.owner_of_token, tokens)), None)
        if owner is None:
            return None
        named = {address for one in report.recipients for address in one.addresses}
        return deliveries.newest_letter_to(self._connection, *owner, named)

    def versions(self, cycle: str, agency: str) -> Sequence[SubmissionRecord]:
        """The agency's versions as they arrived, oldest first, with those of this batch.

        Findings are left out, and entries but for those of the newest, where files count as a
        whole.
        """
        place = (cycle, agency)
        if place not in self._versions:
            found = submissions.versions_of(self._connection, cycle, [agency])
            self._versions[place] = found.get(agency, [])
        return self._versions[place]

    def carried(self, office: Office, cycle: ReportingCycle, agency: str) -> Sequence[Entry]:
        """What stood in the free rows of the agency's workbook when it was sent, among others."""
        accounts = plan_accounts(self._connection, office, cycle, agency)
        return carried_into(office, cycle, agency, accounts).entries if accounts else ()

    def came_in(self, record: SubmissionRecord, message_id: str) -> bool:
        """Whether a version came in this very message, of which another copy was delivered."""
        if not message_id:
            return False
        if record.message_key in self._taken:
            return self._taken[record.message_key] == message_id
        return messages.message_id_of(self._connection, record.message_key) == message_id

    def take(self, cycle: str, record: SubmissionRecord, message_id: str = "") -> None:
        """Adds a version decided in this batch, for the messages that follow."""
        self._taken[record.message_key] = message_id
        found = [*self.versions(cycle, record.agency), record]
        self._versions[cycle, record.agency] = sorted(found, key=by_arrival)

    def _foresee(self, places: Iterable[tuple[str, str]]) -> None:
        by_cycle: dict[str, list[str]] = defaultdict(list)
        for cycle, agency in sorted(places):
            by_cycle[cycle].append(agency)
        for cycle, agencies in by_cycle.items():
            found = submissions.versions_of(self._connection, cycle, agencies)
            self._versions |= {(cycle, agency): found.get(agency, []) for agency in agencies}


def _newest(place: Workplace, asked: Iterable[str]) -> str:
    """The cycle people mean who name none: of those asked about, the newest that has opened."""
    cycles = [place.office.cycles[code] for code in asked if code in place.office.cycles]
    opened = [cycle for cycle in cycles if cycle.opens_at <= place.now]
    return max(opened, key=lambda c: (c.opens_at, c.code)).code if opened else ""

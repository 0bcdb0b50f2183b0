"""What is known of a message and of each of its files when it is decided what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.domain.answers.papers import SignedPaper
from models.domain.answers.sections import Outcome
from models.domain.arrivals.attribution import Attribution, Evidence
from models.domain.letters.answer_letters import RefusedFile
from models.domain.mail.bounces import ReturnedLetter
from models.domain.mail.words import Said
from models.domain.reading.submissions import Examination, Verdict, verdict_of


@dataclass(frozen=True)
class FileFacts:
    """One file of a message and all that is known of it."""

    position: int
    name: str
    container: str  # the ZIP it lay in
    sha256: str
    size: int  # bytes
    examination: Examination
    attribution: Attribution | None = None  # for workbooks only
    evidence: Sequence[Evidence] = ()  # what it was attributed by
    known_version: int | None = None  # it is that version once more, and would be judged the same
    taken_back: int | None = None  # another copy of the message of that withdrawn version
    old_form: str = (
        ""  # a genuine workbook of ours, but of no cycle that is asked: which, Vietnamese
    )
    former: bool = False  # for others have been asked since in its agency's place: `old_form` says
    closed: str = ""  # its cycle takes no more versions: why, Vietnamese
    outcome: Outcome | None = None  # where sections are accepted each by itself
    elsewhere: str = ""  # this message brought another agency's version with it: whose, Vietnamese
    untouched: bool = False  # the form as the office sent it: nothing was filled in
    sent_before: bool = False  # its agency has a version already
    paper: SignedPaper | None = None  # what a signed PDF beside a workbook says of itself

    @property
    def verdict(self) -> Verdict:
        """What becomes of it when it is recorded."""
        return self.outcome.verdict if self.outcome else verdict_of(self.examination.findings)

    @property
    def is_workbook(self) -> bool:
        """Whether it is a workbook that may be taken: its cells were read, its cycle is asked."""
        return self.examination.problem is None and not self.old_form

    @property
    def is_answer(self) -> bool:
        """Whether somebody filled it in: a form as it was sent contends with nothing."""
        return self.is_workbook and not self.untouched

    @property
    def is_unread(self) -> bool:
        """Whether our reader failed on it: it may well be a good workbook, a person opens it."""
        return self.examination.problem is not None and self.examination.problem.is_ours


@dataclass(frozen=True)
class MessageFacts:
    """One message and all that is known of it."""

    automatic: str  # why it is automatic mail; empty for a person's
    answerable: Attribution  # whose it is by sender, token and thread alone
    evidence: Sequence[Evidence]  # of the message itself
    files: Sequence[FileFacts]
    has_cloud_link: bool = False
    refused: Sequence[RefusedFile] = ()  # what could not be taken apart: too large, a locked ZIP
    own_letter: bool = False  # a copy of a letter of ours, proof that it left
    reports: bool = False  # it is a delivery report, of whose letter ever
    returned: ReturnedLetter | None = None  # the letter of ours it is proven to be about
    superior: bool = False  # written from the address of an agency's superior
    try_out: bool = False  # its sender wants to see the verdict before handing in
    main_file: str = ""  # SHA-256 of the workbook that a person chose of several
    assigned: bool = False  # a person has said whose all of it is
    said: Said = Said.NOTHING  # what its words come to
    of_a_list: bool = False  # it is automatic only in that a mailing list brought it
    remarks: Sequence[str] = ()  # what whoever looks at it should know, Vietnamese

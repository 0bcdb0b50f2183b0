"""Letters that an office has edited go on being written: no name is taken from their templates."""

from __future__ import annotations

import pytest

from models.domain.results.sample_letters import sample_letters
from tasks.adapters.letters.letter_writer import LETTERS
from tests.fixtures.office_files import OFFICE_FILES

#: What each letter's template has asked for since offices may edit them. Names are added here and
#: never taken away.
NAMES = {
    "opening": """
        addressee advice assigned content cycle_mark cycle_title due_clause due_text
        focal_person grace_working_days last_day legal_basis meeting prefilled regime
        replaces try_out_address
    """,
    "reminder": """
        addressee awaiting_correction correction_due cycle_mark cycle_title days_left
        due_clause due_text errors extended last_day legal_basis now owed returned
        template_attached version version_received
    """,
    "last_day": """
        addressee awaiting_correction correction_due cycle_mark cycle_title due_clause
        errors legal_basis now owed returned template_attached version version_received
    """,
    "overdue": """
        addressee awaiting_correction correction_due cycle_mark cycle_title days_late
        due_clause errors legal_basis meeting now owed returned superior_copied version
        version_received
    """,
    "escalation": """
        answered_count asked_count counts cycle_mark cycle_title due_clause due_text
        legal_basis meeting now owing_count table_of_owing waiting_count
        asked_again asked_again_count late not_asked_again
    """,
    "receipt": "addressee cycle_mark cycle_title number reasons receipts sender",
    "which_counts": """
        addressee beside contact_person contact_phone cycle_mark cycle_title difference
        number receipts received sender
    """,
    "verdict_accepted": """
        addressee cycle_mark cycle_title difference effective_version meeting
        more_differences other_files previous_version receipt version
    """,
    "verdict_accepted_warnings": """
        addressee cycle_mark cycle_title difference effective_version groups
        more_differences more_findings other_files previous_version receipt version
        warnings
    """,
    "verdict_returned": """
        addressee correction_due cycle_mark cycle_title difference due_text
        effective_version errors groups more_differences more_findings other_files
        previous_version receipt version warnings
    """,
    "verdict_partial": """
        addressee correction_due cycle_mark cycle_title difference due_text groups
        meeting missing more_differences more_findings other_files owed parts
        previous_version receipt spoiled superseded taken to_mend version
    """,
    "guidance": """
        addressee contact_person contact_phone counting cycle_mark cycle_title
        due_clause due_text last_day mended overdue owes received refused template_attached
        workbook_came
    """,
    "words_received": """
        addressee contact_person contact_phone counting cycle_mark cycle_title
        due_clause due_text last_day overdue owes received wants_back
    """,
    "try_out": """
        addressee cycle_mark due_text errors file groups more_findings owed parts
        returned try_out_address warnings
    """,
    "returned_mail": """
        by contact_person contact_phone cycle_mark cycle_title files received subject
        words
    """,
    "withdrawal": """
        addressee anew contact_person contact_phone counting cycle_mark cycle_title
        due_clause due_text file_name last_day overdue owed_sections owes reason
        receipt_number received version withdrawn
    """,
    "extension": """
        addressee contact_person contact_phone cycle_mark cycle_title due_clause due_text
        extended extended_to last_day last_day_before overdue overdue_since owes reason
        wanted_by
    """,
    "exemption": """
        addressee contact_person contact_phone correction_due counting cycle_mark cycle_title
        decided_on due_clause due_text exempt extended free last_day_before left overdue
        overdue_since owes reason sheet waits wanted_by
    """,
    "summary": "attachments cycle_mark decisions images lead notes points tables title",
    "preview": "addressee answer as_of cycle_mark meeting meeting_day with_page",
    "alarm": "now said title to_do",
    "approval": "cycle_mark draft drafted_at then until",
    "todays_work": """
        desk failing going_out owing owing_count today waiting waiting_count
        waiting_more
    """,
}
LAYOUT = """
    addressee contact_email contact_person contact_phone cycle_mark cycle_title office
"""


@pytest.mark.parametrize("letter", LETTERS)
def test_every_name_that_a_template_could_use_still_has_its_value(letter: str) -> None:
    wanted = {*NAMES[letter].split(), *LAYOUT.split()}
    samples = [c for c in sample_letters("lời").values() if c.template == letter]
    assert samples
    for content in samples:
        assert wanted <= set(content.context), wanted - set(content.context)


def test_no_letter_calls_the_consolidated_workbook_a_report() -> None:
    """Warnings stand in the workbook alone, and a plan cycle has no report."""
    for template in sorted((OFFICE_FILES / "letters").glob("*.j2")):
        assert "báo cáo tổng hợp" not in template.read_text("utf-8").casefold(), template.name

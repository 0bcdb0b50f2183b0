"""`baocao doctor --deep`: every kept byte, and what to do about those that are not whole."""

from __future__ import annotations

from config.settings import load_settings
from flows import clock
from flows.cli.remarks import Diagnosis
from flows.failures import foreseen, sentence
from flows.workplaces import open_workplace
from models.domain.cycle.letter_phrases import number_text
from tasks.adapters.backup.deep_look import ByteFinding, look_deep

_SUBJECT = "Tệp đã lưu"


def examine_bytes(*, repair: bool) -> list[Diagnosis]:
    """A remark on each finding; with `repair` what can be mended is, and is looked at once more."""
    settings = load_settings()
    with open_workplace(clock.now(), settings) as workplace:
        looked, findings = look_deep(workplace, settings.backup_dir)
        if not repair or not findings:
            remarks = [
                Diagnosis(_SUBJECT, False, f"{one.said} {one.to_do}.".replace("..", "."))
                for one in findings
            ]
        else:
            remarks = [_mended(one) for one in findings]
    said = (
        f"Đã đọc {number_text(looked.files)} tệp ({number_text(looked.bytes // 1_000_000)} MB còn "
        f"nguyên vẹn), {number_text(looked.backups)} bản sao lưu; {len(findings)} điều phải sửa."
    )
    return [*remarks, Diagnosis(_SUBJECT, True, said)]


def _mended(finding: ByteFinding) -> Diagnosis:
    if finding.mend is None:
        return Diagnosis(_SUBJECT, False, f"{finding.said} {finding.to_do}")
    try:
        finding.mend()
    except foreseen() as error:
        return Diagnosis(_SUBJECT, False, f"{finding.said} Không sửa được: {sentence(error)}")
    return Diagnosis(_SUBJECT, True, f"Đã sửa. {finding.said}", caution=True)

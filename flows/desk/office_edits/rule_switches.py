"""The rules as a form: each on, worked out for the office alone, or off."""

from __future__ import annotations

from collections.abc import Mapping

from config.editing.rule_edits import RuleUse, rules_in_use, with_rules
from flows.desk import ways
from flows.desk.forms import FieldKind
from flows.desk.office_edits.edit_forms import EditField, OfficeEdit, Values, toml_of
from flows.office.office_keeping import StandingFiles
from models.domain.faults import Fault
from models.domain.reading.findings import SEVERITY_NAMES
from models.domain.rules import ALL_RULES

RULES_FILE = "rules.toml"
AT = f"{ways.OFFICE_FILES}/quy-tac"
_EFFECT = "Báo cáo được kiểm tra theo các quy tắc này từ lượt chạy tới; kết luận đã gửi không đổi."
_USES = (
    (RuleUse.ON.value, "Áp dụng"),
    (RuleUse.TRIAL.value, "Tính thử, chỉ Văn phòng thấy"),
    (RuleUse.OFF.value, "Tắt"),
)


def rule_edit() -> OfficeEdit:
    """The form of all rules."""
    return OfficeEdit(
        title="Quy tắc kiểm tra",
        address=AT,
        back=AT,
        fields=[
            EditField(
                rule.code,
                f"{rule.code}: {rule.title}",
                SEVERITY_NAMES[rule.severity],
                FieldKind.CHOICE,
                is_needed=True,
                options=_USES,
            )
            for rule in ALL_RULES
        ],
        read=_read,
        write=_write,
        field_of=_field_of,
        effect=_EFFECT,
        paths=(RULES_FILE,),
        template="office/office_rules.html",
    )


def _text(standing: StandingFiles) -> str:
    return toml_of(standing, RULES_FILE)


def _read(standing: StandingFiles) -> Values:
    used = rules_in_use(_text(standing))
    return {rule.code: used.get(rule.code, RuleUse.ON).value for rule in ALL_RULES}


def _write(standing: StandingFiles, typed: Values) -> Mapping[str, bytes | None]:
    before = _read(standing)
    wanted = {code: RuleUse(use) for code, use in typed.items() if use != before[code]}
    return {RULES_FILE: with_rules(_text(standing), wanted).encode("utf-8")}


def _field_of(_: StandingFiles, __: StandingFiles, fault: Fault) -> str:
    return str(fault.arguments.get("rule", "")) if fault.file == RULES_FILE else ""

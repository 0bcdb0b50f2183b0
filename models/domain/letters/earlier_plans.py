"""What an opening letter says of the plans of the cycle before that its workbook does not hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from models.domain.answers.carrying import EarlierPlan


def plans_lacking_said(
    agency: str, lacking: Sequence[tuple[str, EarlierPlan]], name: Callable[[str], str]
) -> str:
    """Whose plans are not filled in beforehand and why, in two sentences; "" for none.

    >>> said = plans_lacking_said("a", [("a", EarlierPlan.NEVER_CAME)], str.upper)
    >>> said.partition(". ")[0]
    'Sổ không ghi sẵn kế hoạch hành động của cơ quan (Văn phòng không nhận được)'
    """
    if not lacking:
        return ""
    whose = [
        f"{'cơ quan' if code == agency else name(code)} ({state.value})" for code, state in lacking
    ]
    plans = "kế hoạch ấy" if len(whose) == 1 else "các kế hoạch ấy"
    return (
        f"Sổ không ghi sẵn kế hoạch hành động của {'; '.join(whose)}. Việc thuộc {plans}, nếu có, "
        "đề nghị ghi vào các dòng để trống."
    )

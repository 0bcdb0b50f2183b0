"""Which drawn forms cross out what lies below them."""

from __future__ import annotations

_STRIKING = (
    *("line", "connector", "arrow", "mathmultiply", "mathminus", "mathplus", "mathnotequal"),
    *("nosmoking", "diagstripe", "forbidden", "non-primitive", "freeform"),
)
_STRIKING_SIGNS_OF_CHARTS = ("summingjunction", "chartor")  # others of them are mere outlines


def strikes_through(form: str) -> bool:
    """Whether a form without fill is a cross, an arrow or a scribble, by its name in lower case;
    .ods has that of .xlsx or one of its own.

    >>> strikes_through("mathmultiply"), strikes_through("flowchartconnector")
    (True, False)
    """
    signs = _STRIKING_SIGNS_OF_CHARTS if "flowchart" in form else _STRIKING
    return any(sign in form for sign in signs)

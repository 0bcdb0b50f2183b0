"""What is wrong with a template of the office, and where: a clause, and the name and line."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from jinja2 import Template
from jinja2.exceptions import SecurityError, TemplateError, UndefinedError

from tasks.adapters.letters.guarded_templates import TemplateOverrun


def why_unusable(error: BaseException) -> str:
    """What is wrong with a template, a Vietnamese clause without a full stop."""
    said = getattr(error, "message", None) or str(error)
    if isinstance(error, TemplateOverrun):
        return said
    if isinstance(error, SecurityError):
        return f"thẻ dùng phần bên trong của chương trình, không được phép ({said.rstrip('.')})"
    if isinstance(error, UndefinedError):
        return f"không có giá trị này: {said.rstrip('.')}"
    if isinstance(error, TemplateError):
        return said.rstrip(".")
    if isinstance(error, RecursionError):
        return "mẫu gọi lại chính nó hoặc lồng nhau quá sâu"
    if type(error) is SyntaxError:
        return "các thẻ lồng nhau quá nhiều lớp"
    if isinstance(error, MemoryError):
        return "mẫu cần nhiều bộ nhớ hơn máy có"
    return f"thẻ không tính được ({type(error).__name__}: {said[:200]})"


def where_in_template(error: BaseException) -> tuple[str, int] | None:
    """Name and line of the template at which it failed; None where nobody knows."""
    line = getattr(error, "lineno", None)
    if isinstance(error, TemplateError) and line is not None:
        return str(getattr(error, "name", None) or ""), line
    found = None
    step: TracebackType | None = error.__traceback__
    while step is not None:
        names = step.tb_frame.f_globals
        template = names.get("__jinja_template__")
        if isinstance(template, Template):
            found = str(template.name or ""), template.get_corresponding_lineno(step.tb_lineno)
        elif "__jinja_exception__" in names:
            # Jinja has put the template's own line in place of the program's.
            found = Path(step.tb_frame.f_code.co_filename).name, step.tb_lineno
        step = step.tb_next
    return found

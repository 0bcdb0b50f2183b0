"""What may go wrong on our side with one message, a mistake in this program included."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from models.domain.errors import BaocaoError

#: None of these may stop the other messages. A database that is away is not among them: then
#: nothing can go on.
OUR_FAILURES = (
    ArithmeticError,
    AttributeError,
    BaocaoError,
    IntegrityError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)

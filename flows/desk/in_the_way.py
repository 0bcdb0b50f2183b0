"""What stands in the way of a page: one sentence, and what was typed is not lost by it.

A program that is not the deployed one, a shared store or a database that does not answer: whoever
decides can do nothing about it and shall not type everything once more when it is over.
"""

from __future__ import annotations

import logging

from fastapi.responses import Response

from flows.desk.desk import Desk, NotFound, PageRequest
from flows.failures import sentence
from models.domain.errors import BaocaoError

_log = logging.getLogger("baocao.desk")


def in_the_way(desk: Desk, asked: PageRequest, *errors: Exception) -> Response:
    """The sentences of foreseen failures; a form that was sent off can be sent off again."""
    status = 404 if any(isinstance(error, NotFound) for error in errors) else 409
    for error in errors:
        if not isinstance(error, BaocaoError):  # the machine's fault: somebody looks into it
            status = 503
            # Without the error itself: the statement in it has values of an agency's.
            _log.error("%s: %s: %s", asked.path, type(error).__name__, sentence(error))
    # A file cannot be put into a page: whoever sent one chooses it again. What does not exist is
    # not there at the next time either.
    typed = {} if asked.files or status == 404 else asked.entered
    why = " ".join(dict.fromkeys(map(sentence, errors)))
    return desk.page("stands_in_the_way.html", asked, status=status, why=why, typed=typed)

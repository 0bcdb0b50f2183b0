"""The disposable process that reads a signed PDF: `python -m` this module.

It takes its limits as arguments. On its standard input stand a line of JSON, `{"moment": ...,
"roots": [sizes]}`, the roots one after the other, then the PDF; its answer is JSON, `{"signatures":
[...], "text": ...}`.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import sys
import warnings

import orjson

from models.domain.answers.papers import signature_to_json
from tasks.adapters.reading.child_limits import (
    REFUSED,
    limit_job,
    limit_process,
    preload_texts,
    private_pipes,
    write_all,
)
from tasks.adapters.reading.papers.pdf_signatures import signatures_of
from tasks.adapters.reading.papers.pdf_texts import first_page
from tasks.adapters.reading.reader_limits import JobLimits
from tasks.adapters.reading.sandbox import shut_in


def main(arguments: list[str]) -> None:
    """Runs the child: `arguments` are its limits. What it cannot follow ends it with REFUSED."""
    limits = JobLimits.from_arguments(*arguments)
    given, answers = private_pipes()
    limit_process(limits.memory_mb)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    preload_texts()
    with os.fdopen(given, "rb") as source:
        heading = orjson.loads(source.readline())
        roots = [source.read(size) for size in heading["roots"]]
        content = source.read()
    shut_in()
    limit_job(limits)
    moment = dt.datetime.fromisoformat(heading["moment"])
    try:
        found = signatures_of(content, roots, moment)
    except Exception:  # noqa: BLE001  whatever the library raises on it, memory too
        sys.exit(REFUSED)
    text = first_page(content) if found else ""
    said = {"signatures": [signature_to_json(one) for one in found], "text": text}
    write_all(answers, orjson.dumps(said))


if __name__ == "__main__":
    main(sys.argv[1:])

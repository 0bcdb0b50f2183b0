"""A process that is shut in like the one that reads a signed PDF, and reads many of them.

On its standard input stands `{"root": ..., "papers": {kind: ...}}`, both in base64; its answer is
the states of the signatures by kind, none for what was not followed.
"""

from __future__ import annotations

import base64
import logging
import sys
import warnings

import orjson

from tasks.adapters.reading.child_limits import preload_texts
from tasks.adapters.reading.papers.pdf_signatures import signatures_of
from tasks.adapters.reading.papers.pdf_texts import first_page
from tasks.adapters.reading.sandbox import shut_in
from tests.fixtures.signed_instants import ARRIVED_AT


def main() -> None:
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    job = orjson.loads(sys.stdin.buffer.read())
    root = base64.b64decode(job["root"])
    papers = {kind: base64.b64decode(content) for kind, content in job["papers"].items()}
    preload_texts()
    shut_in()
    found = {}
    for kind, content in papers.items():
        first_page(content)
        try:
            states = [s.state.value for s in signatures_of(content, [root], ARRIVED_AT)]
        except Exception:  # noqa: BLE001  whatever the library raises on it
            states = []
        found[kind] = states
    sys.stdout.buffer.write(orjson.dumps(found))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()

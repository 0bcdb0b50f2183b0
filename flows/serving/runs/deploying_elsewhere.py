"""Deployments for workers on other machines: their work pool, every flow, and the automations.

    python -m flows.serving.runs.deploying_elsewhere [FLOW ...]

By the tool of the orchestrator, from `prefect.yaml` as it is to stand: deployed from the file
alone, what a person has paused would go on in silence.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryDirectory

from config.settings import Settings, load_settings
from flows.serving import automations
from flows.serving.deployment_file import WORK_POOL, deployment_file
from flows.serving.deployments import deployments
from flows.serving.former_deployments import stopped_by_a_person
from tasks.adapters.sharing import program
from tasks.adapters.store.rows import migrate, open_engine


def main(only: Collection[str] = ()) -> None:
    """Makes them on the server at `PREFECT_API_URL`; ends with the tool's status where it fails.

    `only`: names of flows, where not all are to be made.
    """
    settings = load_settings()
    _prefect("work-pool", "create", WORK_POOL, "--type", "process", "--overwrite")
    stopped = stopped_by_a_person({one.name for one in deployments()})
    with TemporaryDirectory() as folder:
        file = Path(folder) / "prefect.yaml"
        file.write_text(deployment_file(stopped, settings.workers, only), "utf-8")
        _prefect("--no-prompt", "deploy", "--all", "--prefect-file", str(file))
    automations.main()
    sys.stdout.write(f"Mã chương trình của mọi máy: {_written_down(settings)}\n")
    for flow, _ in sorted(stopped):
        sys.stdout.write(f"Vẫn tạm dừng, như người vận hành đã đặt: {flow}\n")


def _written_down(settings: Settings) -> str:
    """From here on a worker with another program is refused; the mark of this one."""
    engine = open_engine(settings.database)
    try:
        migrate(engine)
        with engine.begin() as connection:
            return program.deployed(connection, dt.datetime.now(dt.UTC))
    finally:
        engine.dispose()


def _prefect(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "prefect", *arguments], check=False)
    if done.returncode:
        raise SystemExit(done.returncode)


if __name__ == "__main__":
    main(sys.argv[1:])

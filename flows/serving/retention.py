"""How long the orchestrator keeps what it knows of runs, and how its own clean-up is told so.

Nothing of the work rests on it: decisions, letters, figures and the cycles' boards stand in our own
database. It is for whoever looks at a run, and for Retry, which needs the run that failed.
"""

from __future__ import annotations

import datetime as dt

#: Every run that has ended, with its task runs, states, logs and artifacts: one that failed, and
#: could be retried, or that a person decided by.
RUNS_KEPT = dt.timedelta(days=90)
#: A run that a schedule or an automation began and that ended well: nobody retries it.
QUIET_RUNS_KEPT = dt.timedelta(days=14)
DECIDING = "quyet-dinh"  # deployments by which persons decide: no run of theirs is quiet
#: Over a weekend, so that the feed of Friday can be read on Monday. Triggers look back for minutes.
EVENTS_KEPT = dt.timedelta(days=3)

#: Prefect's own clean-up, within the server, every hour. It has one period for all runs: those
#: that may go earlier are removed by `clean-up`. A run takes its task runs and states along at
#: once; artifacts of runs that were removed otherwise are found by the pass over orphans.
SETTINGS = {
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs,orphans",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(int(RUNS_KEPT.total_seconds())),
    "PREFECT_SERVER_SERVICES_DB_VACUUM_LOOP_SECONDS": "3600",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ORPHAN_CLEANUP_LOOP_SECONDS": "21600",
    "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": f"P{EVENTS_KEPT.days}D",
}

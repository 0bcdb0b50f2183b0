"""History made in bulk: the orchestrator's database and ours as a year of work leaves them.

Written through the orchestrator's own tables, with no server running. A run looks as one does that
a service made: four states, some task runs with three states each, log lines, now and then new
versions of boards, and the events of its last days. Which run failed or was a person's decision
follows from its number, so that two histories of one size are alike.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefect.server.database import orm_models as orm
from sqlalchemy import Connection, Table, create_engine, insert, select

from models.domain.mail.mail import LetterKind, LetterState, MessageState
from models.tables import (
    AccessRow,
    BoardDayRow,
    LetterRow,
    MessageRow,
    ObservationRow,
    SubmissionRow,
)
from tasks.adapters.store.rows import insert_rows, migrate, open_engine, table_of

DAYS = 365
EVENT_DAYS = 10  # as many as a clean-up that is behind may have left
TASKS, LOG_LINES = 3, 6  # of a run
BOARD_EVERY = 6  # so many runs make a new version of each of the boards of a cycle once
BOARDS = ("bang-ky-2025-review", "chi-tieu-2025-review", "mau-thuan-2025-review")
FAILED_EVERY, DECIDED_EVERY = 97, 113
TAGS = ["baocao"]
_BELOW_THE_COPY = 2**112 - 1  # bits of a key; those above tell which copy of the run it is of
_THROUGH_THE_TABLES = 2000  # runs
_OF_ALL_COPIES = ("flow_id", "deployment_id")
_BOARD = "| Sở Kế hoạch và Đầu tư | Đã gửi 14:05 19/02/2025 | Chấp nhận phiên bản 2 |\n" * 60
_DETAILS = {"deferred": False, "untrackable_result": False, "pause_reschedule": False}
_STATES = ("SCHEDULED", "PENDING", "RUNNING")


@dataclass(frozen=True, slots=True)
class Written:
    """How much was written: rows by table."""

    rows: dict[str, int]


def write_history(file: Path, runs: int, now: dt.datetime, *, days: int = DAYS) -> Written:
    """Writes so many runs, spread evenly over the days before `now`, into a migrated database.

    A hundred thousand would take half an hour through the tables: a few thousand are written so,
    and then copied by the database, each copy under keys of its own and a little later. Deployments
    of the schedules and of persons' decisions are there already or are made.
    """
    engine = create_engine(f"sqlite:///{file}")
    copies = max(1, runs // _THROUGH_THE_TABLES)
    some = runs // copies
    history = _History(now, random.Random(runs))
    try:
        with engine.begin() as connection:
            indexes = _without_indexes(connection)
            deployments = _deployments(connection)
            for number in range(some):
                back = dt.timedelta(days=days) * ((some - number) / some)
                history.add_run(number, now - back, deployments)
            for table, rows in history.rows.items():
                if rows:
                    connection.execute(insert(table), rows)
        step = dt.timedelta(days=days) / (some * copies)
        for table in history.rows:
            with engine.begin() as connection:
                for copy in range(1, copies):
                    connection.exec_driver_sql(_copying(table, copy, copy * step))
        with engine.begin() as connection:
            for statement in indexes:
                connection.exec_driver_sql(statement)
            _collect_artifacts(connection)
    finally:
        engine.dispose()
    return Written({t.name: len(rows) * copies for t, rows in history.rows.items()})


def _copying(table: Table, copy: int, later: dt.timedelta) -> str:
    """A statement that writes the first rows again: other keys, and every instant so much later."""
    names, values = [], []
    for column in table.columns:
        name = f'"{column.name}"'
        kind = type(column.type).__name__
        value = name
        if kind == "UUID" and column.name not in _OF_ALL_COPIES:
            value = f"'{copy:04x}' || substr({name}, 5)"
        elif kind == "Timestamp":
            moved = f"{name}, '+{later.total_seconds():.3f} seconds'"
            value = f"strftime('%Y-%m-%d %H:%M:%f', {moved}) || '000'"
        elif column.name == "idempotency_key":
            value = f"{name} || '-{copy}'"
        names.append(name)
        values.append(value)
    chosen = f"SELECT {', '.join(values)} FROM {table.name} WHERE rowid <= "
    return (
        f"INSERT INTO {table.name} ({', '.join(names)}) {chosen}"
        f"(SELECT max(rowid) / {copy} FROM {table.name})"
    )


def _without_indexes(connection: Connection) -> list[str]:
    """Drops every index; the statements that make them again: cheaper than keeping them."""
    found = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).all()
    for name, _ in found:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    return [statement for _, statement in found]


class _History:
    """Rows of runs, by table."""

    def __init__(self, now: dt.datetime, chance: random.Random) -> None:
        self._now = now
        self._chance = chance
        self._states = 0
        self.rows: dict[Table, list[dict[str, Any]]] = {
            _table(model): []
            for model in (
                *(orm.FlowRun, orm.FlowRunState, orm.TaskRun, orm.TaskRunState),
                *(orm.Log, orm.Artifact, orm.Event, orm.EventResource),
            )
        }

    def add_run(self, number: int, at: dt.datetime, deployments: Sequence[_Deployed]) -> None:
        """A run that began at that instant and ended four seconds later."""
        decided = number % DECIDED_EVERY == 0
        failed = number % FAILED_EVERY == 0
        deployed = deployments[0 if decided else 1 + number % (len(deployments) - 1)]
        run, ended = _fresh(), at + dt.timedelta(seconds=4)
        end = "FAILED" if failed else "COMPLETED"
        states = [self._state(orm.FlowRunState, "flow_run_id", run, kind, at) for kind in _STATES]
        last = self._state(orm.FlowRunState, "flow_run_id", run, end, ended)
        labels = {"prefect.flow.id": str(deployed.flow), "prefect.deployment.id": str(deployed.id)}
        self._add(
            orm.FlowRun,
            at,
            id=run,
            flow_id=deployed.flow,
            deployment_id=deployed.id,
            name=deployed.name,
            flow_version="4b7c749990503a38411e42261ca90b4c",
            parameters={"request": {}},
            idempotency_key=f"scheduled {deployed.id} {number}",
            tags=TAGS,
            labels=labels,
            auto_scheduled=not decided,
            **self._outcome(at, ended, end, last),
        )
        tasks = [self._add_task(run, place, at) for place in range(TASKS)]
        for line in range(LOG_LINES):
            self._add(
                orm.Log,
                at,
                name="prefect.flow_runs",
                level=20,
                flow_run_id=run,
                task_run_id=tasks[line % TASKS] if line % 2 else None,
                message=f"Task run 'deliver-{line}' - Finished in state Completed()",
                timestamp=at,
            )
        if number % BOARD_EVERY == 0:
            self._add_boards(run, tasks[0], at)
        if at > self._now - dt.timedelta(days=EVENT_DAYS):
            about = [*(("flow-run", run) for _ in range(len(states) + 3))]
            about += [("task-run", task) for task in tasks for _ in range(3)]
            for kind, key in about:
                self._add_event(kind, key, run, deployed, at)

    def _add_task(self, run: uuid.UUID, place: int, at: dt.datetime) -> uuid.UUID:
        task = _key(at, self._chance)
        for kind in ("PENDING", "RUNNING"):
            self._state(orm.TaskRunState, "task_run_id", task, kind, at)
        last = self._state(orm.TaskRunState, "task_run_id", task, "COMPLETED", at)
        self._add(
            orm.TaskRun,
            at,
            id=task,
            flow_run_id=run,
            name=f"deliver-{place}",
            task_key="deliver-95917785",
            dynamic_key=str(task),
            task_inputs={"workplace": [], "cycle": []},
            tags=[],
            labels={},
            flow_run_run_count=1,
            **self._outcome(at, at, "COMPLETED", last),
        )
        return task

    def _state(
        self, model: Any, owner: str, key: uuid.UUID, kind: str, at: dt.datetime
    ) -> uuid.UUID:
        state = _key(at, self._chance)
        details = {**_DETAILS, owner: str(key), "scheduled_time": at.isoformat()}
        named = {"type": kind, "name": kind.capitalize(), "message": ""}
        self._states += 1  # of one run no two bear the same instant
        moment = at + dt.timedelta(milliseconds=self._states % 1000)
        self._add(model, at, id=state, timestamp=moment, state_details=details, **named)
        self.rows[_table(model)][-1][owner] = key
        return state

    @staticmethod
    def _outcome(
        began: dt.datetime, ended: dt.datetime, kind: str, state: uuid.UUID
    ) -> dict[str, Any]:
        return {
            "state_id": state,
            "state_type": kind,
            "state_name": kind.capitalize(),
            "state_timestamp": ended,
            "run_count": 1,
            "expected_start_time": began,
            "start_time": began,
            "end_time": ended,
            "total_run_time": ended - began,
        }

    def _add_boards(self, run: uuid.UUID, task: uuid.UUID, at: dt.datetime) -> None:
        for key in BOARDS:
            self._add(
                orm.Artifact,
                at,
                id=_fresh(),
                key=key,
                type="markdown",
                data=f"{at.isoformat()}\n{_BOARD}",
                description=key,
                flow_run_id=run,
                task_run_id=task,
            )

    def _add_event(
        self, kind: str, key: uuid.UUID, run: uuid.UUID, deployed: _Deployed, at: dt.datetime
    ) -> None:
        event = _key(at, self._chance)
        about = {
            "prefect.resource.id": f"prefect.{kind}.{key}",
            "prefect.resource.name": deployed.name,
            "prefect.state-message": "",
            "prefect.state-name": "Completed",
            "prefect.state-timestamp": at.isoformat(),
        }
        related = [
            {
                "prefect.resource.id": f"prefect.{role}.{one}",
                "prefect.resource.role": role,
                "prefect.resource.name": deployed.name,
            }
            for role, one in (
                *(("flow-run", run), ("flow", deployed.flow)),
                *(("deployment", deployed.id), ("tag", "baocao")),
            )
        ]
        ids = [one["prefect.resource.id"] for one in related]
        self._add(
            orm.Event,
            at,
            id=event,
            occurred=at,
            event=f"prefect.{kind}.Completed",
            resource_id=about["prefect.resource.id"],
            resource=about,
            related_resource_ids=ids,
            related=related,
            payload={"intended": {"from": "RUNNING", "to": "COMPLETED"}, "validated_state": about},
            received=at,
            recorded=at,
        )
        for one in (about, *related):
            self._add(
                orm.EventResource,
                at,
                id=_fresh(),
                occurred=at,
                resource_id=one["prefect.resource.id"],
                resource_role=one.get("prefect.resource.role", ""),
                resource=one,
                event_id=event,
            )

    def _add(self, model: Any, at: dt.datetime, **values: Any) -> None:
        self.rows[_table(model)].append({"id": _fresh(), "created": at, "updated": at, **values})


@dataclass(frozen=True, slots=True)
class _Deployed:
    """A deployment, and the flow it is of."""

    id: uuid.UUID
    flow: uuid.UUID
    name: str


_MADE = {"close-cycle": "quyet-dinh", "deliver-outbox": "lich", "update-boards": "lich"}


def _deployments(connection: Connection) -> list[_Deployed]:
    """One of a person's decisions, then those of schedules; made where there are none."""
    flows, deployments = _table(orm.Flow), _table(orm.Deployment)
    found = []
    for flow, name in _MADE.items():
        chosen = select(deployments.c.id, flows.c.id).join(
            flows, flows.c.id == deployments.c.flow_id
        )
        row = connection.execute(chosen.where(flows.c.name == flow)).first()
        if row is None:
            row = uuid.uuid4(), uuid.uuid4()
            connection.execute(insert(flows), [{"id": row[1], "name": flow, "tags": []}])
            made = {"id": row[0], "flow_id": row[1], "name": name, "tags": TAGS}
            connection.execute(insert(deployments), [made])
        found.append(_Deployed(row[0], row[1], flow))
    return found


def _collect_artifacts(connection: Connection) -> None:
    """The newest version of each board is the one that the artifacts page shows."""
    artifacts, collection = _table(orm.Artifact), _table(orm.ArtifactCollection)
    same = ("type", "data", "description", "flow_run_id", "task_run_id", "created", "updated")
    for key in BOARDS:
        chosen = select(artifacts).where(artifacts.c.key == key)
        newest = connection.execute(chosen.order_by(artifacts.c.created.desc()).limit(1)).mappings()
        for row in newest:
            values = {name: row[name] for name in same}
            new = {"id": uuid.uuid4(), "key": key, "latest_id": row["id"], **values}
            connection.execute(insert(collection), [new])


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


def _key(at: dt.datetime, chance: random.Random) -> uuid.UUID:
    """An identifier that orders by time, as those of states, task runs and events do (UUID 7)."""
    milliseconds = int(at.timestamp() * 1000) & (2**48 - 1)
    bits = milliseconds << 80 | 7 << 76 | chance.getrandbits(12) << 64 | 2 << 62
    return uuid.UUID(int=(bits | chance.getrandbits(62)) & _BELOW_THE_COPY)


def _fresh() -> uuid.UUID:
    return uuid.UUID(int=uuid.uuid4().int & _BELOW_THE_COPY)


def write_house(url: str, now: dt.datetime, *, days: int = DAYS) -> Written:
    """Writes our own database as so many days leave it, into an empty one.

    As a demonstrated year has it, with three times the mail: two versions with 74 cells each, five
    letters a day, every tenth an alarm; a login and a dozen refusals; three boards that change.
    """
    engine = open_engine(url)
    migrate(engine)
    rows: dict[str, list[dict[str, Any]]] = {}
    cells: list[tuple[Any, ...]] = []
    for day in range(days):
        at = now - dt.timedelta(days=days - day)
        for place in range(5):
            _add_house_letter(rows, day * 5 + place, at)
        for place in range(2):
            _add_house_version(rows, cells, day * 2 + place, at)
        rows.setdefault("access", []).extend(
            {"at": at, "kind": "wrong_password", "account": "quan-tri", "by": "", "detail": ""}
            | {"address": f"192.0.2.{number}"}
            for number in range(12)
        )
        rows.setdefault("board_day", []).extend(
            {"key": key, "day": at.date(), "title": key, "content": f"{at}\n{_BOARD}"}
            for key in BOARDS
        )
    models = {"message": MessageRow, "submission": SubmissionRow, "letter": LetterRow}
    models |= {"access": AccessRow, "board_day": BoardDayRow}
    observation = table_of(ObservationRow)
    with engine.begin() as connection:
        for name, model in models.items():
            connection.execute(insert(table_of(model)), rows[name])
        insert_rows(connection, [c for c in observation.columns if c.name != "id"], cells)
    engine.dispose()
    return Written({name: len(some) for name, some in rows.items()} | {"observation": len(cells)})


def _add_house_letter(rows: dict[str, list[dict[str, Any]]], number: int, at: dt.datetime) -> None:
    words = "Văn phòng đề nghị cơ quan rà soát và gửi lại báo cáo trước thời hạn. " * 20
    kind = LetterKind.ALARM if number % 10 == 0 else LetterKind.VERDICT
    rows.setdefault("letter", []).append(
        {
            "business_key": f"key-{number}",
            "cycle": "2025-review",
            "agency": "skhdt",
            "kind": kind.value,
            "to": ["lan@so.example"],
            **dict.fromkeys(("cc", "references", "files", "earlier"), ()),
            "subject": "Kết quả kiểm tra báo cáo",
            "text": words,
            "html": f"<html><body><p>{words}</p><table>{words}</table></body></html>",
            "message_id": f"<{number}@van-phong.example>",
            "state": LetterState.SENT.value,
            "created_at": at,
            "next_attempt_at": at,
            "sent_at": at,
            "deliveries": {"lan@so.example": {"state": "sent", "reason": "250 2.0.0 OK"}},
        }
    )


def _add_house_version(
    rows: dict[str, list[dict[str, Any]]],
    cells: list[tuple[Any, ...]],
    number: int,
    at: dt.datetime,
) -> None:
    key = f"{number:064x}"
    rows.setdefault("message", []).append(
        {
            "key": key,
            "source": "imap:bao-cao@van-phong.example:993/INBOX",
            "handle": str(number),
            "is_message": True,
            "name": "",
            "size": 40_000,
            "received_at": at,
            "collected_at": at,
            "state": MessageState.ACCEPTED.value,
            "sender": "lan@so.example",
            "subject": "Báo cáo kết quả thực hiện Chỉ thị 03",
            "evidence": ["mã trả lời trong tiêu đề", "địa chỉ trong danh bạ"],
        }
    )
    rows.setdefault("submission", []).append(
        {
            "id": number + 1,
            "cycle": "2025-review",
            "agency": f"co-quan-{number}",
            "version": 1,
            "message_key": key,
            "file_name": "bao-cao.xlsx",
            "file_sha256": key,
            "file_size": 30_000,
            "file_kind": "xlsx",
            "received_at": at,
            "decided_at": at,
            "verdict": "accepted",
            "receipt_number": f"TN-{number}",
            "guessed": False,
            "sections": {},
            "papers": [],
        }
    )
    for place in range(74):
        text = "Đã hoàn thành theo đúng tiến độ được giao tại Chỉ thị"
        cells.append(
            (
                number + 1,
                "tasks",
                f"II.{place}",
                "result",
                None,
                text,
                None,
                text,
                "NV",
                f"E{place}",
            )
        )

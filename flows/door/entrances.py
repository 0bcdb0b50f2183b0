"""Every way in, and who may go it. What stands in no table is for nobody.

The orchestrator's own routes are written as it declares them; a test holds the tables against it,
so that a route that comes with a new version is nobody's until somebody has decided.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from flows.desk import ways
from flows.door import run_requests
from flows.door.run_requests import Rule
from models.domain.accounts.account import EVERYBODY, OPERATORS, AccountRole

PREFECT = "/prefect"
API = f"{PREFECT}/api"
#: The pages that the handbook shows; the orchestrator has older ones beside them.
INTERFACE = f"{PREFECT}/v2"

LOGIN, LOGOUT = "/dang-nhap", "/dang-xuat"
OWN_ACCOUNT, RECORD, HEALTH = "/tai-khoan", "/nhat-ky", "/suc-khoe"
FIRST_PAGE, LOOKS = ways.TODAY, "/trinh-bay"


class Whom(Enum):
    """Whom an entrance is for, besides workers, who may go all of the orchestrator's."""

    ANYBODY = auto()  # without a login
    ROLES = auto()  # an account with one of the roles
    NOBODY = auto()  # no browser, whatever the account


@dataclass(frozen=True, slots=True)
class Entrance:
    """A way in."""

    methods: frozenset[str]  # "WS" for a websocket
    path: str  # as its application declares it, with {names}
    whom: Whom = Whom.NOBODY
    roles: frozenset[AccountRole] = frozenset()
    body: Rule | None = None  # what a body may say; None: it has none
    #: A page that asks by itself is no sign of a person.
    by_a_person: bool = True


def entrance(method: str, path: str) -> Entrance | None:
    """The way in that a request goes; None for one that is in no table."""
    method = "GET" if method == "HEAD" else method
    return next(
        (one for one in _table(method) if _pattern(one.path).fullmatch(path)),
        None,
    )


def entrances() -> tuple[Entrance, ...]:
    """All of them; the first that fits is the one."""
    return (*_PAGES, *_DESK, *_LOOKED_AT, *_DONE, *_WORKERS_ONLY, _INTERFACE)


@cache
def _table(method: str) -> tuple[Entrance, ...]:
    return tuple(one for one in entrances() if method in one.methods)


_KINDS = {"uuid": "[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}", "path": ".*"}


@cache
def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)(?::(\w+))?\}", path)
    said = [re.escape(parts[0])]
    for name, kind, fixed in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        said.append(f"(?P<{name}>{_KINDS.get(kind, '[^/]+')}){re.escape(fixed)}")
    return re.compile("".join(said))


def key_of(way: Entrance, path: str) -> str:
    """The id in a path; "" where the way has none."""
    found = _pattern(way.path).fullmatch(path)
    return str(found.groupdict().get("id", "")) if found else ""


def _ours(methods: str, path: str, roles: Iterable[AccountRole] | None = None) -> Entrance:
    whom = Whom.ANYBODY if roles is None else Whom.ROLES
    return Entrance(frozenset(methods.split()), path, whom, frozenset(roles or ()))


_PAGES = (
    _ours("GET POST", LOGIN),
    _ours("GET", f"{LOOKS}/{{file}}"),
    _ours("GET", HEALTH),
    _ours("POST", LOGOUT, EVERYBODY),
    _ours("GET POST", OWN_ACCOUNT, EVERYBODY),
    _ours("GET", RECORD, {AccountRole.ADMINISTERS}),
)

#: The office's desk, as its own table says.
_DESK = (
    _ours("GET", f"{ways.LOOKS}/{{file}}", EVERYBODY),
    *(
        Entrance(
            frozenset({way.method}),
            way.path,
            Whom.ROLES,
            way.roles,
            by_a_person=way.by_a_person,
        )
        for way in ways.WAYS
    ),
)

#: The orchestrator's interface: what it is made of, no data.
_INTERFACE = Entrance(
    frozenset({"GET"}), f"{PREFECT}{{rest:path}}", Whom.ROLES, OPERATORS, by_a_person=False
)


_TRIED_FORM = "/ui/schemas/validate"


def _looked_at(lines: str) -> Iterable[Entrance]:
    for methods, path in _lines(lines):
        body = run_requests.looks if "POST" in methods else None
        body = run_requests.tried_form if path == _TRIED_FORM else body
        yield Entrance(methods, f"{API}{path}", Whom.ROLES, OPERATORS, body, by_a_person=False)


def _workers_only(lines: str) -> Iterable[Entrance]:
    return (Entrance(methods, f"{API}{path}") for methods, path in _lines(lines))


def _lines(lines: str) -> Iterable[tuple[frozenset[str], str]]:
    for line in lines.split("\n"):
        if line.strip():
            methods, path = line.split()
            yield frozenset(methods.split(",")), path


def _done(path: str, rule: Rule, method: str = "POST") -> Entrance:
    return Entrance(frozenset({method}), f"{API}{path}", Whom.ROLES, OPERATORS, rule)


#: What those who look after runs may do there, each with what its body may say.
_DONE = (
    _done("/deployments/{id:uuid}/create_flow_run", run_requests.new_run),
    _done("/flow_runs/{id:uuid}/set_state", run_requests.new_state),
    _done("/flow_runs/{id:uuid}/resume", run_requests.answer),
    _done("/deployments/{id:uuid}", run_requests.pause_or_go_on, "PATCH"),
    _done(
        "/deployments/{id:uuid}/schedules/{schedule_id:uuid}", run_requests.pause_or_go_on, "PATCH"
    ),
    _done("/deployments/{id:uuid}/pause_deployment", run_requests.no_words),
    _done("/deployments/{id:uuid}/resume_deployment", run_requests.no_words),
)

#: What its interface asks for to show something. Questions are POSTs there.
_LOOKED_AT = tuple(
    _looked_at("""
    GET /health
    GET /version
    GET /ready
    GET /hello
    GET /csrf-token
    GET /admin/version
    GET /admin/settings
    GET /admin/storage
    POST /artifacts/count
    POST /artifacts/filter
    POST /artifacts/latest/count
    POST /artifacts/latest/filter
    GET /artifacts/{id:uuid}
    GET /artifacts/{key}/latest
    POST /automations/count
    POST /automations/filter
    GET /automations/related-to/{resource_id:str}
    GET /automations/{id:uuid}
    GET /block_capabilities/
    POST /block_documents/count
    POST /block_documents/filter
    POST /block_schemas/filter
    GET /block_schemas/{id:uuid}
    GET /block_schemas/checksum/{checksum}
    POST /block_types/filter
    GET /block_types/slug/{slug}
    GET /block_types/{id:uuid}
    POST /concurrency_limits/filter
    GET /concurrency_limits/{id:uuid}
    GET /concurrency_limits/tag/{tag}
    POST /deployments/count
    POST /deployments/filter
    POST /deployments/paginate
    GET /deployments/name/{flow_name}/{deployment_name}
    GET /deployments/{id:uuid}
    GET /deployments/{id:uuid}/schedules
    GET /deployments/{id:uuid}/work_queue_check
    POST /events/filter
    GET /events/filter/next
    POST /events/count-by/{countable}
    WS /events/out
    GET /flow_run_states/
    GET /flow_run_states/{id:uuid}
    POST /flow_runs/count
    POST /flow_runs/filter
    POST /flow_runs/history
    POST /flow_runs/lateness
    POST /flow_runs/paginate
    GET /flow_runs/{id:uuid}
    GET /flow_runs/{id:uuid}/graph
    GET /flow_runs/{id:uuid}/graph-v2
    POST /flow_runs/{id:uuid}/input/filter
    GET /flow_runs/{id:uuid}/input/{key}
    GET /flow_runs/{id:uuid}/logs/download
    POST /flows/count
    POST /flows/filter
    POST /flows/paginate
    GET /flows/name/{name}
    GET /flows/{id:uuid}
    POST /logs/filter
    WS /logs/out
    POST /saved_searches/filter
    GET /saved_searches/{id:uuid}
    GET /task_run_states/
    GET /task_run_states/{id:uuid}
    POST /task_runs/count
    POST /task_runs/filter
    POST /task_runs/history
    POST /task_runs/paginate
    GET /task_runs/{id:uuid}
    POST /task_workers/filter
    POST /ui/flow_runs/count-task-runs
    POST /ui/flow_runs/history
    POST /ui/flows/count-deployments
    POST /ui/flows/next-runs
    POST /ui/schemas/validate
    POST /ui/task_runs/count
    POST /ui/task_runs/dashboard/counts
    GET /ui/task_runs/{id:uuid}
    POST /v2/concurrency_limits/filter
    GET /v2/concurrency_limits/{id_or_name}
    POST /variables/count
    POST /variables/filter
    POST /work_pools/count
    POST /work_pools/filter
    GET /work_pools/{name}
    POST /work_pools/{work_pool_name}/queues/filter
    GET /work_pools/{work_pool_name}/queues/{name}
    POST /work_pools/{work_pool_name}/workers/filter
    POST /work_queues/filter
    GET /work_queues/name/{name}
    GET /work_queues/{id:uuid}
    GET /work_queues/{id:uuid}/status
    """)
)

#: The rest: what workers, runs and the program itself do, and what nobody needs.
_WORKERS_ONLY = tuple(
    _workers_only("""
    PUT,DELETE /admin/storage
    POST /artifacts/
    PATCH,DELETE /artifacts/{id:uuid}
    POST /automations/
    POST /automations/templates/validate
    DELETE /automations/owned-by/{resource_id:str}
    PUT,PATCH,DELETE /automations/{id:uuid}
    POST /block_documents/
    GET,PATCH,DELETE /block_documents/{id:uuid}
    POST /block_schemas/
    DELETE /block_schemas/{id:uuid}
    POST /block_types/
    POST /block_types/install_system_block_types
    GET /block_types/slug/{slug}/block_documents
    GET /block_types/slug/{slug}/block_documents/name/{block_document_name}
    PATCH,DELETE /block_types/{id:uuid}
    GET /collections/views/{view}
    POST /concurrency_limits/
    POST /concurrency_limits/decrement
    POST /concurrency_limits/increment
    DELETE /concurrency_limits/tag/{tag}
    POST /concurrency_limits/tag/{tag}/reset
    DELETE /concurrency_limits/{id:uuid}
    POST /deployments/
    POST /deployments/bulk_delete
    POST /deployments/get_scheduled_flow_runs
    DELETE /deployments/{id:uuid}
    POST /deployments/{id:uuid}/create_flow_run/bulk
    POST /deployments/{id:uuid}/schedule
    POST /deployments/{id:uuid}/schedules
    DELETE /deployments/{id:uuid}/schedules/{schedule_id:uuid}
    POST /events
    WS /events/in
    POST /flow_runs/
    POST /flow_runs/bulk_delete
    POST /flow_runs/bulk_set_state
    PATCH,DELETE /flow_runs/{id:uuid}
    POST /flow_runs/{id:uuid}/input
    DELETE /flow_runs/{id:uuid}/input/{key}
    PATCH /flow_runs/{id:uuid}/labels
    POST /flows/
    POST /flows/bulk_delete
    PATCH,DELETE /flows/{id:uuid}
    POST /logs/
    PUT /saved_searches/
    DELETE /saved_searches/{id:uuid}
    POST /task_runs/
    PATCH,DELETE /task_runs/{id:uuid}
    POST /task_runs/{id:uuid}/set_state
    WS /task_runs/subscriptions/scheduled
    POST /templates/validate
    POST /v2/concurrency_limits/
    POST /v2/concurrency_limits/decrement
    POST /v2/concurrency_limits/decrement-with-lease
    POST /v2/concurrency_limits/increment
    POST /v2/concurrency_limits/increment-with-lease
    POST /v2/concurrency_limits/leases/{lease_id}/renew
    PATCH,DELETE /v2/concurrency_limits/{id_or_name}
    POST /variables/
    GET,PATCH,DELETE /variables/name/{name:str}
    GET,PATCH,DELETE /variables/{id:uuid}
    POST /work_pools/
    PATCH,DELETE /work_pools/{name}
    POST /work_pools/{name}/concurrency_status
    POST /work_pools/{name}/get_scheduled_flow_runs
    POST /work_pools/{work_pool_name}/queues
    PATCH,DELETE /work_pools/{work_pool_name}/queues/{name}
    POST /work_pools/{work_pool_name}/workers/heartbeat
    WS /work_pools/{work_pool_name}/workers/connect
    DELETE /work_pools/{work_pool_name}/workers/{name}
    POST /work_queues/
    PATCH,DELETE /work_queues/{id:uuid}
    POST /work_queues/{id:uuid}/concurrency_status
    POST /work_queues/{id:uuid}/get_runs
    GET {rest:path}
    """)
)

"""What of a request to the orchestrator a person's browser may say, field by field.

What is let through is made anew from what was understood here, so that nothing is read behind the
door that was not looked at. A decision bears the name of whoever is logged in, not a typed one.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from flows import clock
from models.domain.accounts.account import Account, AccountRole

_MOMENT = TypeAdapter(AwareDatetime)  # as the runs' own forms read it
DECISION = "quyet-dinh"  # the deployments' name of what persons decide
MOST_BYTES = 1_000_000

#: Of a new run, besides its parameters. What else there is moves or changes the run's process.
_OF_A_RUN = frozenset({"parameters", "name", "tags", "state", "idempotency_key"})
_OF_A_STATE = frozenset({"type", "name", "message", "state_details"})
#: What a person may bring a run to: a retry, an end.
_STATES = {"SCHEDULED": ("AwaitingRetry",), "CANCELLING": ("", "Cancelling")}


#: Of a form's schema: expressions, comparisons of all with all, pointers that are followed late.
_COSTLY = frozenset(
    {
        "pattern",
        "patternProperties",
        "uniqueItems",
        "$dynamicRef",
        "$recursiveRef",
        "dependentSchemas",
    }
)
_FARTHEST = dt.timedelta(days=366)  # from now, of a run's beginning
_LONGEST_NAME, _MOST_TAGS = 200, 50
_MOST_POINTERS = 8  # each may lead to more of them


class NotLetThrough(Exception):
    """Raised when a request says what no browser may say, with a sentence about it."""


class Orchestrator(Protocol):
    """What the door asks of what stands behind it."""

    async def deployment(self, key: str) -> Mapping[str, Any] | None:
        """The deployment of that id; None for none."""

    async def deployment_of_run(self, key: str) -> Mapping[str, Any] | None:
        """The deployment of the run of that id; None where there is none."""

    async def parameters_of_run(self, key: str) -> Mapping[str, Any]:
        """What the run of that id was started with; empty where there is none."""


@dataclass(frozen=True, slots=True)
class RequestMatter:
    """Whose request it is, and what it is about."""

    account: Account
    key: str  # of the run or deployment, from the path
    orchestrator: Orchestrator


Body = dict[str, Any]
Rule = Callable[[Body, RequestMatter], Awaitable[Body]]


async def looks(body: Body, _: RequestMatter) -> Body:
    """A question with a filter. Secrets are not among what may be asked for."""
    if body.get("include_secrets"):
        raise NotLetThrough("Giá trị bí mật không xem được ở giao diện.")
    return body


async def tried_form(body: Body, _: RequestMatter) -> Body:
    """A form's entries against the form's schema, both as the page says.

    The server does it in the very loop that answers everybody: what may take for ever to check,
    and stands in no form of ours, is refused.
    """
    pointers = 0
    level: list[Any] = [body.get("schema")]
    while level:
        mappings = [one for one in level if isinstance(one, dict)]
        if any(not _COSTLY.isdisjoint(one) for one in mappings):
            raise NotLetThrough("Phiếu nhập này không phải của giao diện.")
        pointers += sum("$ref" in one for one in mappings)
        level = [
            within
            for one in level
            if isinstance(one, dict | list)
            for within in (one.values() if isinstance(one, dict) else one)
        ]
    if pointers > _MOST_POINTERS:
        raise NotLetThrough("Phiếu nhập này không phải của giao diện.")
    return body


async def new_run(body: Body, matter: RequestMatter) -> Body:
    """A run of one of our deployments, with parameters."""
    deployment = await matter.orchestrator.deployment(matter.key)
    if deployment is None:
        raise NotLetThrough("Không có luồng này.")
    _only(body, _OF_A_RUN, "lượt chạy mới", also={"enforce_parameter_schema": True})
    parameters = _mapping(_resolved(body.get("parameters")), "parameters")
    if _tells_the_time(parameters) and not clock.is_asked_for():
        raise NotLetThrough(clock.NOT_TOLD)
    if _is_ahead(parameters):
        # Deadlines of persons would be over, and what was to wait for a decision be done without.
        _must_decide(matter.account)
    if _is_decision(deployment):
        _must_decide(matter.account)
        if _asks_who(deployment):
            request = _mapping(parameters.get("request"), "request")
            parameters = parameters | {"request": request | {"by": matter.account.person}}
    made: Body = {"parameters": parameters, "enforce_parameter_schema": True}
    made |= {name: _short(body[name]) for name in ("name", "idempotency_key") if body.get(name)}
    if state := body.get("state"):
        made["state"] = _planned(_mapping(state, "state"))
    tags = body.get("tags") or []
    if not isinstance(tags, list) or len(tags) > _MOST_TAGS:
        raise NotLetThrough("Trường «tags» không đọc được.")
    made["tags"] = [_short(tag) for tag in tags]
    return made


async def new_state(body: Body, matter: RequestMatter) -> Body:
    """A retry, or an end; no state that claims what has not happened."""
    _only(body, frozenset({"state", "force"}), "trạng thái")
    state = _mapping(body.get("state"), "state")
    _only(state, _OF_A_STATE, "trạng thái")
    kind = str(state.get("type", "")).upper()
    if kind not in _STATES or str(state.get("name") or "") not in _STATES[kind]:
        raise NotLetThrough("Ở giao diện chỉ chạy lại (Retry) hoặc dừng (Cancel) một lượt chạy.")
    if kind == "SCHEDULED":
        await _may_be_done_again(matter)
    details = _mapping(state.get("state_details"), "state_details")
    kept = _hour(details)
    made = {"type": kind, "message": f"{matter.account.person} ({matter.account.name})"}
    if name := state.get("name"):
        made["name"] = name
    if kept and kind == "SCHEDULED":
        made["state_details"] = kept  # type: ignore[assignment]
    return {"state": made, "force": bool(body.get("force"))}


async def answer(body: Body, matter: RequestMatter) -> Body:
    """A person's answer to a run that waits for one: a decision, under the person's name."""
    _only(body, frozenset({"run_input"}), "câu trả lời")
    deployment = await matter.orchestrator.deployment_of_run(matter.key)
    if deployment is None or not _is_decision(deployment):
        raise NotLetThrough("Lượt chạy này không chờ ai trả lời.")
    _must_decide(matter.account)
    given = body.get("run_input")
    if given is None:
        return {}
    said = _mapping(_resolved(given), "run_input")
    return {"run_input": said | {"by": matter.account.person}}


async def pause_or_go_on(body: Body, _: RequestMatter) -> Body:
    """A schedule's or a deployment's switch, and nothing else of it."""
    _only(body, frozenset({"active", "paused"}), "lịch chạy")
    switches = {name: value for name, value in body.items() if isinstance(value, bool)}
    if len(switches) != 1:
        raise NotLetThrough("Ở giao diện chỉ tạm dừng hoặc chạy tiếp một lịch, không sửa lịch.")
    return switches


async def no_words(body: Body, _: RequestMatter) -> Body:
    """The path says it all."""
    _only(body, frozenset(), "yêu cầu")
    return {}


def _only(
    body: Mapping[str, Any],
    allowed: frozenset[str],
    where: str,
    also: Mapping[str, Any] | None = None,
) -> None:
    """Refuses what says more; an empty value says nothing."""
    for name, value in body.items():
        if name in allowed or _says_nothing(value):
            continue
        if also and name in also and value == also[name]:
            continue
        raise NotLetThrough(f"Trường «{name}» của {where} không đặt được ở giao diện.")


def _says_nothing(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_says_nothing(one) for one in value.values())
    return not value


def _mapping(value: Any, name: str) -> Body:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise NotLetThrough(f"Trường «{name}» không đọc được.")
    return value


def _resolved(value: Any) -> Any:
    """The value itself, where the form wrapped it; nothing is left for the server to evaluate.

    Raises NotLetThrough for what the server would evaluate: templates, variables.
    """
    if isinstance(value, list):
        return [_resolved(one) for one in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("__prefect_kind")
    if "__prefect_kind" not in value:
        return {name: _resolved(one) for name, one in value.items()}
    wrapped = value.get("value")
    if kind == "none" or (kind == "json" and not isinstance(wrapped, str)):
        return _resolved(wrapped)
    if kind != "json" or not isinstance(wrapped, str):
        raise NotLetThrough("Giá trị phải được ghi thẳng, không qua biến hay mẫu.")
    try:
        return _resolved(json.loads(wrapped))
    except (ValueError, RecursionError):
        raise NotLetThrough("Giá trị ghi theo dạng JSON không đọc được.") from None


def _planned(state: Body) -> Body:
    """When a new run is to start."""
    _only(state, _OF_A_STATE, "lượt chạy mới")
    if str(state.get("type", "")).upper() != "SCHEDULED":
        raise NotLetThrough("Lượt chạy mới chỉ có thể chờ đến giờ rồi chạy.")
    details = _mapping(state.get("state_details"), "state_details")
    kept = _hour(details)
    return {"type": "SCHEDULED"} | ({"state_details": kept} if kept else {})


async def _may_be_done_again(matter: RequestMatter) -> None:
    """A decision's run is repeated by whoever took it: it would be taken anew under that name.

    Also one that has long been carried out, and that another decision has replaced since.
    """
    deployment = await matter.orchestrator.deployment_of_run(matter.key)
    if deployment is None or not _is_decision(deployment):
        return
    _must_decide(matter.account)
    request = (await matter.orchestrator.parameters_of_run(matter.key)).get("request")
    signed = request.get("by") if isinstance(request, Mapping) else ""
    if signed and signed != matter.account.person:
        raise NotLetThrough(
            f"Quyết định này đứng tên «{signed}»: chỉ người ấy chạy lại được. Muốn quyết định như "
            "thế, xin mở biểu mẫu quyết định và quyết định dưới tên mình."
        )


def _tells_the_time(parameters: Body) -> bool:
    request = parameters.get("request")
    return isinstance(request, dict) and request.get("as_of") is not None


def _is_ahead(parameters: Body) -> bool:
    """Whether the run shall believe that it is later than it is."""
    request = parameters.get("request")
    as_of = request.get("as_of") if isinstance(request, dict) else None
    try:
        return as_of is not None and _MOMENT.validate_python(as_of) > clock.now()
    except ValidationError:
        return False  # no moment for the run either: it refuses to begin


def _hour(details: Body) -> Body:
    """When a run is to begin, where that is said: at a time that every reader can write down."""
    said = details.get("scheduled_time")
    if not said:
        return {}
    try:
        moment = _MOMENT.validate_python(said)
    except ValidationError:
        raise NotLetThrough("Giờ bắt đầu không đọc được.") from None
    if abs(moment - clock.of_the_machine()) > _FARTHEST:
        raise NotLetThrough("Giờ bắt đầu phải trong vòng một năm.")
    return {"scheduled_time": moment.isoformat()}


def _short(value: Any) -> str:
    """A text that names a run: it stands in every list."""
    if not isinstance(value, str) or len(value) > _LONGEST_NAME:
        raise NotLetThrough(f"Tên và nhãn của lượt chạy: nhiều nhất {_LONGEST_NAME} ký tự.")
    return value


def _is_decision(deployment: Mapping[str, Any]) -> bool:
    return deployment.get("name") == DECISION


def _asks_who(deployment: Mapping[str, Any]) -> bool:
    """Whether the form has a field for whoever decides."""
    schema = deployment.get("parameter_openapi_schema") or {}
    forms = (schema.get("definitions") or {}).values()
    return any("by" in (form.get("properties") or {}) for form in forms)


def _must_decide(account: Account) -> None:
    if not account.may({AccountRole.DECIDES}):
        raise NotLetThrough(
            f"Tài khoản {account.name} không có vai trò «{AccountRole.DECIDES.vietnamese}»."
        )

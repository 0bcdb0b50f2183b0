"""What every page of the desk works with: the house behind it, templates, who asks and for what.

A page is a plain function of a `Desk` and a `PageRequest`. It runs in a thread of its own, so that
the database and the files may be asked without further ado.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from flows.desk import ways
from flows.desk.desk_words import at_desk
from flows.desk.house import DeskHouse
from flows.desk.kept_for_a_while import KeptForAWhile
from flows.desk.undertakings import Undertakings
from models.domain.accounts.account import OPERATORS, Account, AccountRole
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.letter_phrases import hanoi_minute, number_text, shown_number, size_text
from models.domain.desk.plain_sight import cut, visible
from models.domain.errors import BaocaoError
from models.domain.notation.vietnamese_text import one_line
from tasks.adapters.desk.cycle_measures import CycleMeasures

PAGES = Path(__file__).with_name("pages")
LOOKS = Path(__file__).with_name("looks")
_MOST_LETTERS = 20_000  # of one field
_MOST_CELL_LETTERS = 1_000  # of one cell in a list

#: What a page may not call its own: the frame around it shows it. `said` and `notice` it may tell.
_OF_THE_FRAME = frozenset({"undo", "account", "menu", "here", "neighbours", "may_decide"})

Fields = Mapping[str, Sequence[str]]


class NotFound(BaocaoError):
    """Raised by a page whose subject does not exist, with a sentence."""


@dataclass(frozen=True, slots=True)
class FlowRunShown:
    """A run of the orchestrator's as the desk shows it. `page` leads into its own pages."""

    name: str
    flow: str
    at: dt.datetime
    said: str
    page: str
    is_over: bool = False
    has_failed: bool = False  # `said` is why; else what it does


class OrchestratorRuns(Protocol):
    """What the desk asks of the orchestrator; every call may take a moment."""

    def failed(self) -> Sequence[FlowRunShown]:
        """Those that failed and were not run again, the newest first."""

    def coming(self, limit: int) -> Sequence[FlowRunShown]:
        """What the schedules will begin next, soonest first."""

    def followed(self, run: str) -> FlowRunShown | None:
        """How a run of that id stands; None where there is none."""

    def begin(self, flow: str, request: Mapping[str, Any]) -> str:
        """Begins a run; the address of its page. Raises NotFound where there is no such flow."""

    def tell(self, event: Mapping[str, Any]) -> None:
        """Puts an event into the feed; whatever ails the feed, nothing is raised."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Addresses of what stands beside the desk."""

    own_account: str
    logout: str
    record: str
    interface: str  # the orchestrator's own pages


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Who asks, for what."""

    account: Account
    path: str
    values: Mapping[str, str] = field(default_factory=dict)  # the named parts of the path
    query: Fields = field(default_factory=dict)
    entered: Fields = field(default_factory=dict)  # of a form
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)  # of a form: name, content
    is_partial: bool = False  # a part of a page is asked for, by a script

    def asked(self, name: str, otherwise: str = "") -> str:
        """A value of the query."""
        return (self.query.get(name) or [otherwise])[-1].strip()

    def said(self, name: str, otherwise: str = "") -> str:
        """A value of the form, as typed."""
        return (self.entered.get(name) or [otherwise])[-1][:_MOST_LETTERS]

    def every(self, name: str) -> Sequence[str]:
        """All values of a form's field that can be chosen several times."""
        return self.entered.get(name) or ()

    def may(self, roles: Iterable[AccountRole]) -> bool:
        """Whether the account has one of the roles."""
        return self.account.may(roles)


class Desk:
    """The desk of an installation: everything that its pages need."""

    def __init__(
        self,
        house: DeskHouse,
        runs: OrchestratorRuns,
        neighbours: Neighbours,
        rehearsal: Path | None = None,
    ) -> None:
        """`rehearsal` is the folder of the rehearsal that is shown; None: the office's own work."""
        self.house = house
        self.rehearsal = rehearsal
        self.runs = runs
        self.neighbours = neighbours
        self.undertakings = Undertakings()
        self.previews: KeptForAWhile[Sequence[str]] = KeptForAWhile(20)  # letters' HTML
        self.uploads: KeptForAWhile[Any] = KeptForAWhile(4)  # workbooks of a catalogue
        self._measures: dict[str, CycleMeasures] = {}
        self._pages = Environment(
            loader=FileSystemLoader(PAGES, "utf-8"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._pages.filters |= {
            "minute": lambda instant: hanoi_minute(instant) if instant else "",
            "day": _day,
            "number": number_text,
            "line": one_line,
            "size": size_text,
            "figure": shown_number,
            "signed": lambda value: f"{'+' if value > 0 else ''}{shown_number(value)}",
            "sentence": lambda text: text[:1] + text[1:].lower() if text.isupper() else text,
            "plain": visible,
            "at_desk": at_desk,
            "cut": lambda text: cut(text, _MOST_CELL_LETTERS),
        }
        self._pages.globals |= {"ways": ways, "url": address, "same": same_page}

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.undertakings.close()
        self.house.__exit__()

    def measures_of(self, cycle: ReportingCycle) -> tuple[CycleMeasures, dt.datetime]:
        """What the cycle came to, worked out once for all who ask, and as of when."""
        shown = self.house.results(cycle)
        known = self._measures.get(cycle.code)
        if known is None or known.results is not shown.results:
            known = self._measures[cycle.code] = CycleMeasures(shown.results)
        return known, shown.at

    def page(
        self, name: str, request: PageRequest, *, status: int = 200, **values: Any
    ) -> Response:
        """A page of ours. `said` and `notice` among the values stand on top of it."""
        shadowed = _OF_THE_FRAME & values.keys()
        if shadowed:
            raise ValueError(f"{name}: the frame has its own {', '.join(sorted(shadowed))}")
        done = self.undertakings.done(request.asked("xong"), request.account.name)
        shown: dict[str, Any] = {
            "said": done.sentence if done else "",
            "undo": done.undo if done else None,
            "notice": "",
            "request": request,
            "account": request.account,
            "may_decide": request.may(ways.DECIDERS),
            "operates": request.may(OPERATORS),
            "neighbours": self.neighbours,
            "rehearsed_at": self.house.now() if self.rehearsal else None,
            "menu": [(title, at) for title, at, roles in ways.MENU if request.may(roles)],
            "here": request.path,
        }
        html = self._pages.get_template(name).render(shown | values)
        return HTMLResponse(html, status, headers={"cache-control": "no-store"})


Page = Callable[[Desk, PageRequest], Response]


def to(path: str, **query: str) -> Response:
    """Leads to another page of ours, by GET."""
    return RedirectResponse(address(path, **query), 303)


def address(path: str, **query: str | int | None) -> str:
    """A path of ours with its query; what is empty is left out.

    >>> address("/thu", ky="2025-plan", q="")
    '/thu?ky=2025-plan'
    """
    given = {name.rstrip("_"): value for name, value in query.items() if value}
    parts = urlsplit(path)
    if not given:
        return path
    joined = f"{parts.query}&{urlencode(given)}" if parts.query else urlencode(given)
    end = f"#{parts.fragment}" if parts.fragment else ""
    return f"{parts.path}?{joined}{end}"


def same_page(request: PageRequest, **changed: str | int | None) -> str:
    """The address of the page that was asked for with these values in its query changed.

    >>> from models.domain.accounts.account import Account
    >>> asked = PageRequest(Account("a", "A", frozenset()), "/thu-di", query={"q": ["an lao"]})
    >>> same_page(asked, trang=2), same_page(asked, q="")
    ('/thu-di?q=an+lao&trang=2', '/thu-di')
    """
    # What came of a decision is told once.
    kept = [(k, v) for k, values in request.query.items() for v in values if k != "xong"]
    query = [(k, v) for k, v in kept if k not in changed]
    query += [(k, str(v)) for k, v in changed.items() if v not in ("", None)]
    return f"{request.path}?{urlencode(query)}" if query else request.path


def way_back(wanted: str, otherwise: str = ways.TODAY) -> str:
    """Where to after a decision: a path of ours, never another site.

    >>> way_back("/thu/abc?x=1"), way_back("//elsewhere.example"), way_back("https://a.example")
    ('/thu/abc?x=1', '/', '/')
    """
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return otherwise
    foreign = parts.scheme or parts.netloc or not wanted.startswith("/") or wanted.startswith("//")
    odd = "\\" in wanted or not wanted.isprintable() or not wanted.isascii()
    return otherwise if foreign or odd else wanted


def _day(value: dt.date | dt.datetime | None) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = value.astimezone(HANOI)
    return f"{value:%d/%m/%Y}"

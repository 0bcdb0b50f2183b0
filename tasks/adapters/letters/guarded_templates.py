"""Templates of the office under guard: a mistaken or a hostile one ends in a sentence, and soon.

The office may write whatever a template can say, and a slip of the hand must not take the machine
with it. What a template reaches is data only; what it repeats, builds and passes on is counted
before it is made, so that neither time nor memory is spent on what nobody could read.
"""

from __future__ import annotations

import contextlib
import dataclasses
import re
import stat
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from functools import lru_cache, wraps
from itertools import islice
from pathlib import Path
from types import CodeType
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, Template, nodes, pass_eval_context
from jinja2.exceptions import (
    TemplateError,
    TemplateNotFound,
    TemplateRuntimeError,
)
from jinja2.meta import find_referenced_templates, find_undeclared_variables
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, Undefined, markup_join, str_join
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

from models.domain.errors import BaocaoError

STEPS = 1_000_000  # rounds of loops, calls of macros and filters in one document
LETTERS = 20_000_000  # characters made on the way to one document
WORK = 50_000_000  # what one operation may come to: the lengths of its two largest values
LARGEST_NUMBER = 100_000  # of places, columns or repetitions
NUMBER_BITS = 4_096
PARTS = 200_000  # of a list with all that is in it
SECONDS = 20.0  # of this thread's own time: a busy machine makes no template worse
FILE_BYTES = 1_000_000  # of a letter's template; the office's have less than ten thousand

#: What goes wrong in a template beside what Jinja names: it holds nothing but the office's words.
TEMPLATE_FAILURES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    RuntimeError,
    SyntaxError,
    TemplateError,
    TypeError,
    ValueError,
)

# Kinds of things whose parts a template may name; everything else belongs to the program.
_DATA_MODULES = frozenset(
    {"builtins", "collections", "datetime", "decimal", "enum", "jinja2", "markupsafe"}
)
_SIZED = frozenset(
    {
        *("batch", "center", "indent", "round", "slice", "tojson", "truncate", "urlize"),
        *("wordwrap", "ljust", "rjust", "zfill", "expandtabs", "to_bytes"),
    }
)
_LARGE_FORMAT = re.compile(r"\d{6,}")
_PERCENT_WIDTH_FROM_A_VALUE = re.compile(r"%[^a-zA-Z%]*\*")
_BRACE_WIDTH_FROM_A_VALUE = re.compile(r"\{[^{}]+\{")
_LOOKED_AT_EVERY = 256  # steps between two looks at the clock


class TemplateOverrun(TemplateRuntimeError):
    """Raised when a template would take more than any document needs; the message is Vietnamese."""


@dataclasses.dataclass
class _Spent:
    """What a document under way has taken so far."""

    until: float  # of the thread's own clock
    steps: int = 0
    letters: int = 0


_spent: ContextVar[_Spent | None] = ContextVar("spent", default=None)


@contextlib.contextmanager
def bounded() -> Iterator[None]:
    """One document is made inside; beyond its bounds TemplateOverrun is raised."""
    token = _spent.set(_Spent(time.thread_time() + SECONDS))
    try:
        yield
    finally:
        _spent.reset(token)


def blocks_of(
    template: Template, names: Sequence[str], context: Mapping[str, object]
) -> dict[str, str]:
    """What the blocks of a template give, of those names that it has. Inside of `bounded`."""
    return {
        name: "".join(template.blocks[name](template.new_context(dict(context))))
        for name in names
        if name in template.blocks
    }


def document_of(template: Template, context: Mapping[str, object]) -> str:
    """What a whole template gives. Inside of `bounded`."""
    return template.render(context)


class TemplateUnusable(BaocaoError):
    """Raised when a template, or one that it names, cannot be used: `name`; the cause says why."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


class GuardedEnvironment(ImmutableSandboxedEnvironment):
    """The sandbox for templates of the office. Documents are made inside of `bounded`."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, **options: Any) -> None:
        super().__init__(finalize=_charged, **options)
        self.referred: dict[str, list[str]] = {}  # by file read, the other files that it names
        self.filters = {name: _guarded(name, one) for name, one in self.filters.items()}
        self.globals["range"] = _range
        del self.globals["lipsum"]

    def compile(
        self,
        source: Any,
        name: str | None = None,
        filename: str | None = None,
        raw: Any = False,
        defer_init: bool = False,
    ) -> Any:
        """As the base says; the same text is compiled once, wherever it was read."""
        if raw or defer_init or not isinstance(source, str):
            return super().compile(source, name, filename, raw, defer_init)
        options = self.trim_blocks, self.lstrip_blocks, bool(self.autoescape)
        code, referred = _compiled(source, name, *options)
        if name is not None:
            self.referred[name] = list(referred)
        return code

    def whole(self, name: str) -> Template:
        """The template of that name, it and all that it names compiled. Raises TemplateUnusable."""
        found: dict[str, Template] = {}
        waiting = [name]
        while waiting:
            one = waiting.pop()
            if one in found:
                continue
            try:
                found[one] = self.get_template(one)
            except (*TEMPLATE_FAILURES, OSError) as error:
                raise TemplateUnusable(one) from error
            waiting += reversed(self.referred[one])
        return found[name]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if name is not None:
            self.referred[name] = [other for other in find_referenced_templates(tree) if other]
        _count_rounds(tree)
        return tree

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Only data has parts: a picture of a document would lead to its file and to the disk."""
        kind = type(obj)
        return (
            kind.__module__.partition(".")[0] in _DATA_MODULES
            or (dataclasses.is_dataclass(obj) and not callable(value))
            or isinstance(obj, Undefined | StandIn)
        ) and (super().is_safe_attribute(obj, attr, value) or _gathers(obj, attr))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """The result, unless it would be larger than anything that is read."""
        if operator == "%" and isinstance(left, str):
            _check_percent(left)
            _weight(right)
        elif isinstance(left, int) and isinstance(right, int):
            _check_numbers(operator, left, right)
        elif operator == "*":
            _check_work(left, right, numbers=True)
        return _charged(super().call_binop(context, operator, left, right))

    def call(self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """The result of a call; methods of texts and lists are measured first."""
        owner = getattr(__obj, "__self__", None)
        if isinstance(owner, str | bytes | int | list | tuple | dict):
            _check_call(getattr(__obj, "__name__", ""), (owner, *args, *kwargs.values()))
        found = super().call(__context, __obj, *args, **kwargs)
        if isinstance(owner, list):
            _weight(owner)
        return _charged(found)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """`str.format` as the sandbox allows it, unless a width is enormous."""
        allowed = super().wrap_str_format(value)
        if allowed is None:
            return None
        pattern = value.__self__

        @wraps(allowed)
        def formatted(*args: Any, **kwargs: Any) -> str:
            if _LARGE_FORMAT.search(pattern) or _BRACE_WIDTH_FROM_A_VALUE.search(pattern):
                raise TemplateOverrun("độ rộng trong mẫu định dạng quá lớn")
            _weight([*args, *kwargs.values()])
            return allowed(*args, **kwargs)

        return formatted

    def step(self, letters: int = 0) -> str:
        """One round of a loop or one call of a macro, and the letters that stand in it."""
        _step(letters)
        return ""

    @staticmethod
    @pass_eval_context
    def joined(eval_context: EvalContext, *parts: Any) -> str:
        """What `~` gives, measured before it is joined."""
        _step(sum(_weight(part) for part in parts))
        return markup_join(parts) if eval_context.autoescape else str_join(parts)

    @staticmethod
    def built(value: Any) -> Any:
        """A list, tuple or table of the template's own, unless it holds itself a million times."""
        _weight(value)
        return value


@lru_cache(maxsize=128)
def _compiled(
    source: str, name: str | None, trim_blocks: bool, lstrip_blocks: bool, autoescape: bool
) -> tuple[CodeType, Sequence[str]]:
    """What Jinja makes of a text, and the other files that it names.

    Nothing of an environment but these options goes into it: a document of the office is compiled
    once for every agency, and so is a letter that several folders hold alike.
    """
    environment = GuardedEnvironment(
        trim_blocks=trim_blocks, lstrip_blocks=lstrip_blocks, autoescape=autoescape
    )
    code = ImmutableSandboxedEnvironment.compile(environment, source, name, name)
    return code, environment.referred.get(name or "", ())


@lru_cache(maxsize=128)
def names_asked(source: str) -> tuple[frozenset[str], Sequence[str]]:
    """The values and the other files that a template's text asks for. Raises TemplateError.

    A name that the text itself sets is none of them, in whichever branch it does: Jinja forgets
    those of a branch.
    """
    tree = GuardedEnvironment().parse(source)
    others = [other for other in find_referenced_templates(tree) if other]
    own = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"}
    return frozenset(find_undeclared_variables(tree) - own), others


class SmallFiles(FileSystemLoader):
    """Templates from a folder: ordinary files of a size that a person could have written."""

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """As the base says. Raises TemplateNotFound, TemplateOverrun."""
        for folder in map(Path, self.searchpath):
            try:
                status = (folder / template).stat()
            except (OSError, ValueError):
                continue
            if not stat.S_ISREG(status.st_mode):
                raise TemplateNotFound(template)
            if status.st_size > FILE_BYTES:
                raise TemplateOverrun(f"tệp mẫu lớn hơn {FILE_BYTES // 1_000_000} MB")
        return super().get_source(environment, template)


class StandIn:
    """A value that has every part, and one row: so every tag of a template can be tried."""

    def __getattr__(self, name: str) -> StandIn:
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __getitem__(self, key: object) -> StandIn:
        return self

    def __iter__(self) -> Iterator[StandIn]:
        return iter((self,))

    def __len__(self) -> int:
        return 1

    def __call__(self, *_: object, **__: object) -> StandIn:
        return self

    def __str__(self) -> str:
        return "-"


def _count_rounds(tree: nodes.Template) -> None:
    """Has each round of a loop, each macro and each block counted, and each `~` measured."""
    # In one walk: to ask for each kind by itself took a quarter of what it takes to read a letter.
    for place in cast("list[nodes.For | nodes.Macro | nodes.Block]", [*tree.find_all(_REPEATED)]):
        standing = sum(
            len(data.data)
            for output in place.body
            if isinstance(output, nodes.Output)
            for data in output.nodes
            if isinstance(data, nodes.TemplateData)
        )
        rounds: list[nodes.Expr] = [nodes.Const(standing, lineno=place.lineno)]
        counted = nodes.ExprStmt(_called("step", rounds, place), lineno=place.lineno)
        counted.set_environment(tree.environment)  # type: ignore[arg-type]
        place.body.insert(0, counted)
    _measure(tree)


def _measure(node: nodes.Node) -> None:
    """Has what the template joins or builds measured, in all that is below the node."""
    for name, value in list(node.iter_fields()):
        if isinstance(node, _REFERRING) and name == "template":
            continue  # the names of other templates are looked for as they were written
        if isinstance(value, nodes.Node):
            setattr(node, name, _measured(value))
        elif isinstance(value, list):
            value[:] = [_measured(v) if isinstance(v, nodes.Node) else v for v in value]


def _measured(node: nodes.Node) -> nodes.Node:
    _measure(node)
    if isinstance(node, nodes.Concat):
        return _called("joined", node.nodes, node)
    if isinstance(node, nodes.List | nodes.Dict) or (
        isinstance(node, nodes.Tuple) and node.ctx == "load"
    ):
        return _called("built", [node], node)
    return node


def _called(name: str, values: list[nodes.Expr], at: nodes.Node) -> nodes.Call:
    """The tree of a call to the environment's own function."""
    where = {"lineno": at.lineno, "environment": at.environment}
    return nodes.Call(nodes.EnvironmentAttribute(name, **where), values, [], None, None, **where)


def _gathers(obj: Any, attr: str) -> bool:
    """Whether it is the one change that templates of the office make: a list of their own grows."""
    return attr == "append" and isinstance(obj, list)


def _guarded(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def measured(*args: Any, **kwargs: Any) -> Any:
        if name == "join":  # what is joined is counted before anything stands between its parts
            args = tuple(list(islice(a, PARTS + 1)) if isinstance(a, Iterator) else a for a in args)
        values = [a for a in (*args, *kwargs.values()) if not isinstance(a, _MACHINERY)]
        if name == "format" and values and isinstance(values[0], str):
            _check_percent(values[0])
        _step()
        _check_call(name, values)
        return _charged(original(*args, **kwargs))

    return measured


_MACHINERY = (Environment, Context, EvalContext)
_VESSELS = (list, tuple, dict, set, frozenset, Namespace)
_REPEATED = (nodes.For, nodes.Macro, nodes.Block)
_REFERRING = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)


def _step(letters: int = 0) -> None:
    spent = _spent.get()
    if spent is None:
        return
    spent.steps += 1
    spent.letters += letters
    if spent.steps > STEPS:
        raise TemplateOverrun(f"vòng lặp quá dài (hơn {STEPS:,} lượt)".replace(",", "."))
    if spent.letters > LETTERS:
        raise TemplateOverrun(f"nội dung tạo ra quá lớn (hơn {LETTERS // 1_000_000} triệu chữ cái)")
    if spent.steps % _LOOKED_AT_EVERY == 0 and time.thread_time() > spent.until:
        raise TemplateOverrun(f"mẫu chạy quá {SECONDS:.0f} giây")


def _charged(value: Any) -> Any:
    """The value, its length counted. What a document prints and what it builds comes by here."""
    if isinstance(value, (str, *_VESSELS)):
        _step(_weight(value))
    else:
        _step(len(str(getattr(value, "xml", ""))))
    return value


def _check_call(name: str, values: Any) -> None:
    _check_work(*values, numbers=name in _SIZED)


def _check_work(*values: Any, numbers: bool) -> None:
    """Raises TemplateOverrun when what comes of the values may be enormous."""
    sizes = []
    for value in values:
        if numbers and isinstance(value, int):
            if abs(value) > LARGEST_NUMBER:
                raise TemplateOverrun(f"số {value:.3g} quá lớn cho một lần lặp hay độ rộng")
            sizes.append(abs(value))
        else:
            sizes.append(_weight(value))
    largest = sorted(sizes)[-2:]
    if len(largest) == 2 and max(largest[0], 1) * largest[1] > WORK:
        raise TemplateOverrun("một thẻ tạo ra nội dung quá lớn")


def _check_numbers(operator: str, left: int, right: int) -> None:
    bits = left.bit_length()
    if operator == "**":
        bits *= max(right, 0)
    elif operator == "*":
        bits += right.bit_length()
    if bits > NUMBER_BITS:
        raise TemplateOverrun("một phép tính cho số quá lớn")


def _check_percent(pattern: str) -> None:
    if _LARGE_FORMAT.search(pattern) or _PERCENT_WIDTH_FROM_A_VALUE.search(pattern):
        raise TemplateOverrun("độ rộng trong mẫu định dạng quá lớn")


def _weight(value: Any) -> int:
    """How much there is of a value: letters of a text, also of the texts in a list.

    Raises TemplateOverrun for a list of lists that would be endless if it were written out.
    """
    if isinstance(value, str | bytes | range):
        return len(value)
    if not isinstance(value, _VESSELS):
        return 1
    letters = parts = 0
    waiting: list[Any] = [value]
    while waiting:
        one = waiting.pop()
        parts += 1
        if parts + len(waiting) > PARTS:
            raise TemplateOverrun("danh sách lồng nhau quá lớn")
        if isinstance(one, str | bytes):
            letters += len(one)
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, Namespace):
            waiting += object.__getattribute__(one, "_Namespace__attrs").values()
        elif isinstance(one, _VESSELS):
            waiting += one
    return letters + parts


def _range(*bounds: int) -> range:
    """As the language has it. Raises TemplateOverrun when it is longer than any list of ours."""
    found = range(*bounds)
    if len(found) > LARGEST_NUMBER:
        raise TemplateOverrun(
            f"vòng lặp quá dài (range quá {LARGEST_NUMBER:,} lượt)".replace(",", ".")
        )
    return found

"""Changes a TOML file's content so that every comment of the office's stays in it."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

import tomlkit
from tomlkit.container import Container
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Comment, InlineTable, Item, Null, Table, Trivia, Whitespace

# A text in quotes, in which a "#" is a letter like any other, or a comment.
_TEXT_OR_COMMENT = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|(?P<comment>#[^\n]*)',
    re.DOTALL,
)


def comments_in(text: str) -> list[str]:
    r"""The comments of a sound TOML text, those behind a value and inside a list too.

    >>> comments_in('# một\na = "# hai" # ba\nb = [1, # bốn\n2]')
    ['# một', '# ba', '# bốn']
    """
    found = (match["comment"] for match in _TEXT_OR_COMMENT.finditer(text))
    return [comment.rstrip() for comment in found if comment]


def updated_toml(text: str, wanted: Mapping[str, Any]) -> str:
    """The text of a sound TOML file, changed so far that it holds `wanted`; no comment is lost.

    What is equal stays to the letter, and so do the ends of lines. A comment whose value or table
    goes stays alone on its line, where that stood.

    >>> print(updated_toml("a = 1 # một\\n\\n[b]\\nc = 2\\n", {"a": 3, "b": {"c": 2, "d": "x"}}))
    a = 3 # một
    <BLANKLINE>
    [b]
    c = 2
    d = "x"
    <BLANKLINE>
    """
    if tomllib.loads(text) == wanted:
        return text
    newline = "\r\n" if "\r\n" in text else "\n"
    plain = text.replace("\r\n", "\n")
    plain += "" if not plain or plain.endswith("\n") else "\n"
    return _changed(plain, wanted).replace("\n", newline)


def rendered_toml(content: Mapping[str, Any]) -> str:
    """The content as TOML text, in the order given but for values, which come before tables."""
    document = tomlkit.document()
    for key, value in sorted(content.items(), key=lambda item: _is_tables(item[1])):
        document.append(key, tomlkit.item(value))
    return document.as_string().strip("\n") + "\n"


def _changed(text: str, wanted: Mapping[str, Any]) -> str:
    """What the library makes of it; a document it fails on is written anew below its comments."""
    try:
        document = tomlkit.parse(text)
        _update(document, wanted)
        changed = document.as_string()
        lost = Counter(comments_in(text)) - Counter(comments_in(changed))
        if tomllib.loads(changed) == wanted and not lost:
            return changed
    except (TOMLKitError, tomllib.TOMLDecodeError, ValueError, LookupError):
        pass
    remarks = "".join(f"{comment}\n" for comment in comments_in(text))
    return remarks + ("\n" if remarks else "") + rendered_toml(wanted)


def _update(table: Any, wanted: Mapping[str, Any]) -> None:
    """Makes the table hold what is wanted, touching only what differs."""
    for key in [key for key in table if key not in wanted]:
        _remove(table, key)
    for key, new in wanted.items():
        if key not in table:
            _add(table, key, new)
            continue
        old = table[key]
        if _plain(old) == new:
            continue
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            _update(old, new)
        elif isinstance(old, AoT) and _is_tables(new) and not isinstance(new, Mapping):
            _update_list(old, new)
        elif _is_tables(old) or _is_tables(new):
            _remove(table, key)
            _add(table, key, new)
        else:
            inside = comments_in(_value_text(old))
            table[key] = new
            if inside:
                _put_above(table, key, inside)


def _plain(value: Any) -> Any:
    return value.unwrap() if hasattr(value, "unwrap") else value


def _is_tables(value: object) -> bool:
    if isinstance(value, Mapping):
        return not isinstance(value, InlineTable)
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and bool(value)
        and all(isinstance(item, Mapping) for item in value)
    )


def _value_text(value: Any) -> str:
    return str(value.as_string()) if isinstance(value, Item) else ""


def _body(table: Any) -> Container:
    """The container of a table or document."""
    return table if isinstance(table, Container) else table.value


def _lines(comments: Sequence[str]) -> Comment:
    return Comment(Trivia(comment="\n".join(comments)))


def _remove(table: Any, key: str) -> None:
    """Takes the key out; its comments stay where it stood."""
    container = _body(table)
    places = [n for n, (k, _) in enumerate(container.body) if k and k.key == key]
    alone = Container()  # writes the headings of tables too
    alone.body.extend(container.body[place] for place in places)
    comments = comments_in(alone.as_string())
    table.remove(key)
    if comments:
        container.body[places[-1]] = (None, _lines(comments))


def _put_above(table: Any, key: str, comments: Sequence[str]) -> None:
    item = _body(table).item(key)
    if isinstance(item, Item):  # else a table in several pieces, which is no value
        item.trivia.indent = "\n".join(comments) + "\n" + item.trivia.indent


def _add(table: Any, key: str, new: Any) -> None:
    """A key that is new: behind the last value of its table, a table behind all others."""
    container = _body(table)
    item = tomlkit.item(new)
    if _is_tables(new):
        tail = list(_tail(container))
        table.append(key, item)
        _give(_deepest(item), tail)
        return
    values = [k for k, v in container.body if k and not isinstance(v, (Table, AoT))]
    if isinstance(table, InlineTable) or not values or values[-1].is_dotted():
        table.append(key, item)
    else:
        container._insert_after(values[-1], key, item)


# --- Lists of tables ------------------------------------------------------------------------------


def _update_list(tables: AoT, wanted: Sequence[Mapping[str, Any]]) -> None:
    """Entries that stay keep their text; others are taken out, put in or changed in their turn."""
    old = [repr(sorted(entry.unwrap().items())) for entry in tables.body]
    new = [repr(sorted(entry.items())) for entry in wanted]
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for what, i, j, k, m in reversed(steps):
        if what == "equal":
            continue
        both = min(j - i, m - k)
        for number in reversed(range(i + both, j)):
            _remove_entry(tables, number)
        for number in range(both):
            _update(tables.body[i + number], wanted[k + number])
        for number in range(both, m - k):
            _insert_entry(tables, i + number, wanted[k + number])


def _remove_entry(tables: AoT, number: int) -> None:
    """Takes an entry out; its comments stay where it stood, those of what follows apart from it."""
    gone = tables.body[number]
    tail = list(_tail(_deepest(gone)))
    comments = comments_in(f"{gone.trivia.comment}\n{gone.as_string()}")
    left = [*([_lines(comments)] if comments else []), *tail]
    del tables[number]
    if number:
        _give(_deepest(tables.body[number - 1]), left)
    else:
        following = tables.body[0].trivia
        following.indent = (
            "".join(item.as_string() for item in left).lstrip("\n") + following.indent
        )


def _insert_entry(tables: AoT, number: int, content: Mapping[str, Any]) -> None:
    table = tomlkit.item(dict(content))
    tail = list(_tail(_deepest(tables.body[number - 1]))) if number else []
    if number:
        _give(_deepest(tables.body[number - 1]), [Whitespace("\n")])
    tables.insert(number, table)
    _give(_deepest(table), tail if number else [Whitespace("\n")])


def _deepest(item: Any) -> Container:
    """The container whose end is the end of the item's text."""
    container = item.body[-1].value if isinstance(item, AoT) else _body(item)
    last = next((v for _, v in reversed(container.body) if not isinstance(v, Null)), None)
    return _deepest(last) if isinstance(last, (Table, AoT)) else container


def _tail(container: Container) -> Iterator[Item]:
    """Takes off what stands behind a blank line at the end: it speaks of what follows."""
    place = len(container.body)
    while place and isinstance(container.body[place - 1][1], (Comment, Whitespace, Null)):
        place -= 1
    while place < len(container.body) and not isinstance(container.body[place][1], Whitespace):
        place += 1
    taken = [item for _, item in container.body[place:]]
    del container.body[place:]
    return iter(taken)


def _give(container: Container, items: Sequence[Item]) -> None:
    container.body.extend((None, item) for item in items)

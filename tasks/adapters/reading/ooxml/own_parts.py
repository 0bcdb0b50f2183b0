"""Parts of lists in Open XML that every program counts, among those that are for some alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from tasks.adapters.reading.hardened_xml import local_attribute, local_name

_CHOSEN = "AlternateContent"  # for some programs this, for others that
#: What newer programs know beyond the standard, by the prefixes that all of them use.
_KNOWN_BY_ALL = re.compile(r"(?:\s*(?:x14|x14ac|x15|x15ac|x16|x16r2|xr|xr[2-9]|xr10))+\s*")


def keep_own_parts(parent: Element) -> None:
    """Takes out of a list, and out of all that is in it, what is not counted."""
    parent[:] = own_parts(parent)
    for child in parent:
        keep_own_parts(child)


def is_chosen_by_some(parent: Element) -> bool:
    """Whether newer programs choose something in it that older ones, and others, do not."""
    return any(
        local_name(part) == "Choice" and _KNOWN_BY_ALL.fullmatch(local_attribute(part, "Requires"))
        for part in parent.iter()
    )


def own_parts(parent: Element) -> Iterator[Element]:
    """The parts of a list that programs count: those of its own namespace, and of what is chosen
    among for several programs that which is for all."""
    space = parent.tag.rpartition("}")[0]
    for part in parent:
        if local_name(part) == _CHOSEN:
            yield from _chosen(part, space)
        elif part.tag.rpartition("}")[0] == space:
            yield part


def _chosen(part: Element, space: str) -> Iterator[Element]:
    for choice in part:
        required = local_attribute(choice, "Requires")
        if local_name(choice) == "Fallback" or _KNOWN_BY_ALL.fullmatch(required):
            yield from (p for p in choice if p.tag.rpartition("}")[0] == space)
            return

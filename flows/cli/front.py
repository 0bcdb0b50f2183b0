"""The command `baocao` as it is called: its own help at once, all else by the whole of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from flows.cli.command_words import ABOUT, COMMANDS, say
from flows.console_text import speak_readably

_WIDTH = 100  # where no terminal says another
_GAP = 2


def main() -> None:
    """Entry point. For its help nothing is loaded that reads commands."""
    if sys.argv[1:] == ["--help"]:
        speak_readably()
        sys.stdout.write(help_text(_width()))
        return
    from flows.cli.command_line import main as whole  # start-up cost

    whole()


def help_text(width: int) -> str:
    """What `baocao --help` says, in lines of at most `width` letters."""
    indent = max(map(len, COMMANDS)) + 2 * _GAP
    lines = [
        say("Cách gọi: baocao LỆNH [THAM SỐ] ...", "Usage: baocao COMMAND [ARGS] ..."),
        "",
        *_wrapped(ABOUT, width),
        "",
        say("Các lệnh:", "Commands:"),
    ]
    for name, words in COMMANDS.items():
        first, *others = _wrapped(words, max(width - indent, 20))
        lines.append(f"{' ' * _GAP}{name}".ljust(indent) + first)
        lines += [" " * indent + line for line in others]
    more = say(
        "Mỗi lệnh có phần giải thích riêng: baocao LỆNH --help",
        "Each command has a help of its own: baocao COMMAND --help",
    )
    return "\n".join([*lines, "", more]) + "\n"


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Lines of whole words. The library's own wrapping takes longer to load than all else here."""
    line = ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = ""
        line += f" {word}" if line else word
    yield line


def _width() -> int:
    try:
        return os.get_terminal_size().columns or _WIDTH
    except OSError:  # a pipe, a file
        return _WIDTH


if __name__ == "__main__":
    main()

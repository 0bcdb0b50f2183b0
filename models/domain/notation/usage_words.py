"""What a mistyped command is told: the library's own sentences are English."""

from __future__ import annotations

import re

#: By what the library says; `{0}` is what it names. The first that fits counts.
_WORDS = (
    (r"No such option: (\S+)", "Không có tùy chọn {0}."),
    (r"No such command '(.+?)'", "Không có lệnh «{0}»."),
    (r"Missing command", "Còn thiếu lệnh con."),
    (r"Missing (?:argument|option|parameter):? ?'(.+)'", "Còn thiếu {0}."),
    (r"Got unexpected extra argument\S* \((.+)\)", "Thừa «{0}»."),
    (r"Option '(.+)' requires (?:an|\d+) arguments?", "Sau {0} phải có giá trị."),
    (r"Option '(.+)' does not take a value", "Sau {0} không có giá trị."),
    (r"Invalid value for '(.+?)'.*(?:integer|is not a valid int)", "{0}: phải là số nguyên."),
    (r"Invalid value for '(.+?)'", "{0}: giá trị không dùng được."),
)


def usage_words(said: str, command: str) -> str:
    """The mistake in Vietnamese, and where to look up how `command` is written.

    >>> usage_words("No such option: --prot (Possible options: --port)", "baocao serve")
    'Không có tùy chọn --prot. Xem: baocao serve --help'
    """
    one_line = " ".join(said.split())
    for pattern, words in _WORDS:
        if found := re.match(pattern, one_line):
            return f"{words.format(*found.groups())} Xem: {command} --help"
    return f"Lệnh viết chưa đúng ({one_line}). Xem: {command} --help"

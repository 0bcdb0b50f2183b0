"""The handbook's page on faults, docs/su-co-thu.md: made from what the runs came to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from models.domain.mail.mail import LetterState
from tests.faults import imap_cases, smtp_cases
from tests.faults.imap_cases import MAILS, ImapCase, ImapResult
from tests.faults.smtp_cases import AGENCIES, SmtpCase, SmtpResult

PAGE = Path(__file__).parents[2] / "docs" / "su-co-thu.md"
NONE = "-"  # no such case

_HEAD = """\
# Thư gặp sự cố thì sao

Trang này do lệnh `make faults` viết ra, không sửa bằng tay. Lệnh dựng máy chủ thư trên chính máy
này (Postfix và Dovecot nếu có quyền root và đã cài; không thì máy chủ nhúng, kết quả phải giống
hệt), đặt một trạm ở giữa làm hỏng cuộc trao đổi đúng một lần ở từng bước, rồi cho chương trình
chạy lại không sự cố và đếm: không thư nào mất, không thư nào tới hai lần.

## Gửi thư (SMTP)

Ba thư chờ gửi. Sự cố xảy ra một lần; năm giờ sau chạy lại.

- **gửi ngay**: cả ba thư đi ngay trong lần chạy có sự cố.
- **gửi lại n**: n thư nằm chờ, lần chạy sau đi hết; mỗi người nhận được đúng một bản.
- **bị từ chối**: máy chủ từ chối hẳn (5xx) một thư: thư dừng, Văn phòng được báo, không gửi nữa.
- **chưa rõ (đã tới)**, **chưa rõ (chưa tới)**: mất liên lạc sau khi toàn bộ thư đã rời máy này mà
  chưa có câu trả lời. Không chương trình nào biết máy chủ đã nhận hay chưa (trong ngoặc là sự
  thật mà trạm ở giữa biết). Thư không được gửi lần hai; bản sao ở hộp thư của Văn phòng
  (`BAOCAO_OWN_COPY`), quy tắc `BAOCAO_UNCERTAIN_LETTERS` hoặc một người quyết định. Đây là khoảng
  hở duy nhất.

"""

_IMAP = """
## Nhận thư (IMAP)

Ba thư nằm trong hộp thư đến. Sự cố xảy ra một lần; sau đó chạy lại. Ba dòng cuối: máy chủ không
có MOVE.

- **nhận ngay**: ba thư đã lưu và đã chuyển sang thư mục đã nhận trong lần chạy có sự cố.
- **nhận lần sau**: thư chưa lưu vẫn nằm nguyên trong hộp thư đến, lần chạy báo rõ, lần sau nhận
  hết.
- **chuyển lần sau**: ba thư đã lưu; việc chuyển làm nốt ở lần sau, thư không bị nhận hai lần.
- **chuyển lần sau, hai bản**: như trên, nhưng thư mục đã nhận giữ hai bản của cùng một thư, vì
  máy chủ không có MOVE và đứt giữa chép và đánh dấu. Chương trình chỉ nhận và trả lời một lần.

"""

_SPECIAL = """
### Chuyện thường gặp khác

| Bước | Chuyện | Kết quả |
|---|---|---|
"""


def smtp_cell(result: SmtpResult) -> str:
    """What became of the letters, in a few words."""
    if result.second[LetterState.UNCERTAIN]:
        (letter,) = [i for i, s in result.states.items() if s == LetterState.UNCERTAIN]
        there = any(n for (i, _), n in result.arrived.items() if i == letter)
        return f"chưa rõ ({'đã' if there else 'chưa'} tới)"
    if result.second[LetterState.FAILED]:
        return "bị từ chối"
    if result.second != {LetterState.SENT.value: len(AGENCIES)}:
        return "lỗi"
    waited = result.first[LetterState.QUEUED]
    return f"gửi lại {waited}" if waited else "gửi ngay"


def imap_cell(result: ImapResult) -> str:
    """What became of the messages, in a few words."""
    if (result.second.kept, result.second.inbox) != (len(MAILS), 0):
        return "lỗi"
    if result.first.kept < len(MAILS):
        return "nhận lần sau"
    if result.first.inbox == 0:
        return "nhận ngay"
    double = result.second.processed > len(MAILS)
    return "chuyển lần sau, hai bản" if double else "chuyển lần sau"


#: The cases that are no square of a table, with what is true of them on every server.
SPECIAL: Mapping[ImapCase, str] = {
    ImapCase(
        "UID FETCH BODY", "cut"
    ): "thư ấy chưa lưu và nằm nguyên trong hộp, hai thư kia đã nhận; lần sau nhận đủ ba",
    ImapCase(
        "UID FETCH BODY", "expunged"
    ): "thư bị xóa trước khi đọc thì không còn để nhận; các thư khác đã nhận một lần",
    ImapCase("UID MOVE", "expunged"): "cả ba đã lưu, kể cả thư vừa bị xóa",
    ImapCase("UID COPY", "expunged"): "cả ba đã lưu, kể cả thư vừa bị xóa",
    ImapCase(
        "SELECT", "read_only"
    ): "cả ba đã lưu, nằm nguyên trong hộp; lần sau không nhận lại, kể cả khi máy chủ đánh số lại",
}


def special_holds(result: ImapResult) -> bool:
    """Whether a special case came to what the page says of it."""
    first, second = result.first, result.second
    match result.case:
        case ImapCase("UID FETCH BODY", "cut"):
            return (first.kept, first.inbox, second.kept) == (2, 1, 3)
        case ImapCase("UID FETCH BODY", "expunged"):
            return first.kept >= 2 and second.inbox == 0
        case ImapCase("SELECT", "read_only"):
            return (first.kept, first.inbox, second.kept, second.inbox) == (3, 3, 3, 3)
        case _:
            return first.kept == 3 and second.inbox == 0


def page(smtp: Iterable[SmtpResult], imap: Iterable[ImapResult]) -> str:
    """The whole page."""
    letters = {r.case: smtp_cell(r) for r in smtp}
    mails = {r.case: imap_cell(r) for r in imap if r.case not in SPECIAL}
    stages = {**{k: v for k, (v, _) in smtp_cases.STAGES.items()}, "BODY": "giữa nội dung thư"}
    order = [*stages]
    order.insert(order.index("DOT"), order.pop(order.index("BODY")))
    special = "".join(
        f"| {case.words[0]} | {case.words[1]} | {text} |\n" for case, text in SPECIAL.items()
    )
    return (
        _HEAD
        + _matrix(
            [(stage, stages[stage]) for stage in order],
            [(key, name) for key, (name, _) in smtp_cases.OUTCOMES.items()],
            lambda stage, outcome: letters.get(SmtpCase(stage, outcome), NONE),
        )
        + _IMAP
        + _matrix(
            list(imap_cases.STAGES.items()),
            [(key, name) for key, (name, _) in imap_cases.FAULTS.items()],
            lambda stage, fault: mails.get(ImapCase(stage, fault), NONE),
        )
        + _SPECIAL
        + special
        + f"\n{len(letters)} trường hợp gửi, {len(mails) + len(SPECIAL)} trường hợp nhận.\n"
    )


def _matrix(
    rows: Sequence[tuple[str, str]],
    columns: Sequence[tuple[str, str]],
    cell: Callable[[str, str], str],
) -> str:
    lines = [
        "| Bước | " + " | ".join(name for _, name in columns) + " |",
        "|---" * (len(columns) + 1) + "|",
    ]
    for key, name in rows:
        cells = " | ".join(cell(key, column) for column, _ in columns)
        lines.append(f"| {name} | {cells} |")
    return "\n".join(lines) + "\n"


def cells_of(text: str) -> dict[tuple[str, str, str], str]:
    """The squares of a page's tables by chapter ("SMTP", "IMAP"), row and column as printed."""
    found: dict[tuple[str, str, str], str] = {}
    columns: list[str] = []
    chapter = ""
    for line in text.splitlines():
        if heading := re.match(r"## .*\((\w+)\)", line):
            chapter = heading[1]
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if not cells or set(cells[0]) == {"-"}:
            continue
        if cells[0] == "Bước":
            columns = cells[1:]
            continue
        pairs = zip(columns, cells[1:], strict=True)
        found |= {(chapter, cells[0], column): cell for column, cell in pairs}
    return found

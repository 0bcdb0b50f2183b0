"""What a person says in a mail that brings no usable file: thanks, a recall, a question.

Only the words he wrote himself count: not the mail he answers, not what his program adds below.
Whatever is not surely thanks or an announcement goes to a person; a mistake here costs a clerk a
minute, never an agency its answer. Words are compared with their tone marks; without them only
where the whole text was typed without any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

from models.domain.notation.tone_marks import tones_placed
from models.domain.notation.vietnamese_text import fold

_LONGEST = 4_000  # letters of a mail; whoever writes more has something to say
_LONGEST_GREETING = 120
_SIGNATURE_LINES = 8


class Said(StrEnum):
    """What the words of a mail without a usable file come to."""

    NOTHING = "nothing"  # no words of his own, or a greeting alone
    THANKS = "thanks"  # thanks, an acknowledgement, a reaction: needs no answer
    RECALL = "recall"  # he wants back what he sent, or sent it by mistake
    HANDING_IN = "handing_in"  # he means to have attached something
    MATTER = "matter"  # anything else: a question, a request, a message


class _Phrases:
    """Phrases to be found as whole words, with tone marks or in a text that has none."""

    def __init__(self, *phrases: str) -> None:
        listed = [phrase for line in phrases for phrase in line.split("|")]
        self._toned = _any_of(listed)
        self._bare = _any_of([fold(phrase) for phrase in listed])

    def pattern(self, text: str) -> re.Pattern[str]:
        """The pattern that fits how the text was typed."""
        return self._bare if _is_bare(text) else self._toned

    def within(self, text: str) -> bool:
        """Whether one of them stands in the text."""
        return self.pattern(text).search(text) is not None


def _any_of(phrases: Sequence[str]) -> re.Pattern[str]:
    words = sorted(set(phrases), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)")


def _is_bare(text: str) -> bool:
    """Whether a text was typed without any tone mark."""
    return not any(letter.isalpha() and fold(letter) != letter for letter in text)


# Where what the sender did not write himself begins; looked for in each line without its marks.
_NOT_HIS_OWN = re.compile(
    r">|-{2,} ?(?:original message|thu goc|tin nhan goc|forwarded message|thu .{0,10}chuyen tiep)"
    r"|_{10,}$|-- ?$|\[thu kem theo:"
    r"|(?:on|vao|luc|ngay)\b.{5,200}(?:wrote|viet)\s?:$"
    r"|(?:from|tu|nguoi gui)\s?:.{0,200}@"
    r"|(?:sent|get outlook) (?:from|for) |tai outlook cho "
    r"|(?:duoc )?gui tu (?:iphone|ipad|thiet bi|outlook|dien thoai|samsung|gmail)"
)
_CLOSING = re.compile(
    r"(?:tran trong|than ai|than men|kinh thu|kinh chao"
    r"|(?:thanks and |best |kind |warm )*regards|sincerely)[ !.,;:/]*"
    r"(?:(?:cam on|kinh chao)[ !.,;:/]*)?$"
)
_GREETING = re.compile(
    r"(?:kinh gui|kinh thua|than gui|gui|dear|hi|hello|chao|kinh chao)\b *:?[^,.:;!?]*[,.:;! ]*$"
)

_THANKS = _Phrases(
    "cảm ơn|cám ơn|cảm tạ|biết ơn|tri ân|thank you|thanks|thank|tks|thks|thanx|many thanks",
    "đã nhận|đã nhận được|nhận được rồi|noted|received|got it|ok|oke|okay|okie|vâng|dạ",
)
#: A text of which nothing but these is left was thanks.
_COURTESY = _Phrases(
    "cảm ơn|cám ơn|cảm tạ|biết ơn|tri ân|thank you|thanks|thank|tks|thks|thanx|many|much|very",
    "so|you|đã nhận|đã nhận được|nhận được|nhận|được|đã|rồi|noted|received|got it|ok|oke|okay",
    "okie|vâng|dạ|ạ|nhé|nha|xin|chân thành|trân trọng|rất|nhiều|quá|thật|lời|gửi lời|tới|đến",
    "thông báo tiếp nhận|giấy tiếp nhận|thư tiếp nhận|đã tiếp nhận|kết quả tiếp nhận",
    "giấy biên nhận|kết quả kiểm tra|kết quả gửi thử|thông tin|đầy đủ|cán bộ",
    "lắm|lần nữa|thư|mail|email|văn bản|thông báo|kết quả|phản hồi|hướng dẫn|hỗ trợ|quan tâm",
    "giúp đỡ|kịp thời|nhiệt tình|của|về|và|sự|các|anh|chị|em|cô|chú|bạn|tôi|chúng tôi",
    "mọi người|quý|cơ quan|đơn vị|văn phòng|ủy ban|ủy ban nhân dân|ubnd|thành phố|hải phòng",
    "tp|kính chúc|chúc|sức khỏe|vui vẻ|ngày mới|tốt lành|một|kính",
)
_REACTION = re.compile(
    r"reacted to (?:your|this) message|da (?:bay to|tha) cam xuc"
    r'|(?:liked|loved|laughed at|emphasized|disliked|questioned|da thich) "'
)
_RECALL = _Phrases(
    "rút lại|rút về|xin rút|thu hồi|gửi nhầm|gửi lộn|nhầm file|nhầm tệp|nhầm sổ|nhầm bản",
    "nhầm mẫu|nhầm địa chỉ|nhầm cơ quan|nhầm đơn vị|hủy báo cáo|hủy bỏ|hủy sổ",
    "hủy bản|hủy thư|hủy tệp|hủy file|không tính bản|không tính sổ|đừng tính|đừng dùng|đừng lấy",
    "không dùng bản|không dùng sổ|không lấy bản|không sử dụng bản|không sử dụng sổ|bỏ qua bản",
    "bỏ qua sổ|bỏ qua tệp|bỏ qua file|bỏ qua thư|bỏ qua email|bỏ qua mail|bỏ qua báo cáo",
    "would like to recall|recall|recalled|withdraw|sent by mistake|sent in error|wrong file",
    "wrong attachment|please ignore|please disregard",
)
_RECALL_SUBJECT = _Phrases("recall|message recall|thu hồi|rút lại|xin rút|gửi nhầm|gửi lộn")
_HANDING_IN = _Phrases(
    "đính kèm|kèm theo|gửi kèm|kèm thư|theo file|theo tệp|file kèm|tệp kèm|attached|attachment",
    "xin gửi|kính gửi báo cáo|kính trình|trình báo cáo|nộp báo cáo|gửi báo cáo|gửi lại báo cáo",
    "gửi sổ|gửi lại sổ|gửi kế hoạch|gửi file|gửi tệp|gửi biểu mẫu|nộp sổ|nộp kế hoạch",
)
#: What makes more of an announcement.
_ASKS = _Phrases(
    "hỏi|làm sao|làm thế nào|như thế nào|thế nào|hướng dẫn giúp|hướng dẫn cách|hướng dẫn thêm",
    "gia hạn|cho phép|xin ý kiến|vướng mắc|khó khăn|không mở|không điền|không tìm|không thấy",
    "không hiểu|không biết|không có|không rõ|chưa mở|chưa rõ|chưa hiểu|chưa biết|chưa nhận",
    "chưa thấy|chưa có|thay đổi|đổi đầu mối|đổi địa chỉ|đổi email|đổi người|đề nghị xem",
    "đề nghị trả lời",
    "đề nghị cho|đề nghị hướng dẫn|đề nghị giải|đề nghị bổ sung|đề nghị gia hạn|bao giờ|khi nào",
    "ở đâu|tại sao|vì sao|question|help|please advise|extension",
)


def own_words(text: str) -> str:
    """The text without the mail it answers and without what a program adds below it.

    >>> own_words("Cảm ơn.\\n\\nVào Th 4, 12 thg 2, 2025 lúc 08:00 <a@b.example> đã viết:\\n> x")
    'Cảm ơn.'
    """
    kept = []
    for line in text.splitlines():
        if _NOT_HIS_OWN.match(fold(line)):
            break
        kept.append(line)
    return "\n".join(kept).strip()


def said_in(subject: str, text: str, names: Iterable[str] = ()) -> Said:
    """What a mail says by its subject and text. `names`: of agency and contact, part of greetings.

    >>> said_in("Re: Kết quả", "Cảm ơn Văn phòng!").value
    'thanks'
    >>> said_in("Re: Kết quả", "Cảm ơn. Cho hỏi mục 3 ghi thế nào?").value
    'matter'
    """
    words = _lower(own_words(text))
    if _RECALL.within(words) or _RECALL_SUBJECT.within(_lower(subject)):
        return Said.RECALL
    if not _body(words.splitlines()):
        return Said.NOTHING
    if len(words) > _LONGEST:
        return Said.MATTER
    if _is_thanks(words, names):
        return Said.THANKS
    if _HANDING_IN.within(words) and "?" not in words and not _ASKS.within(words):
        return Said.HANDING_IN
    return Said.MATTER


def asks(text: str) -> bool:
    """Whether the sender's own words ask for something, or say that something is amiss.

    >>> asks("Tôi đang nghỉ phép, xin gia hạn."), asks("Tôi đang nghỉ phép.")
    (True, False)
    """
    words = _lower(own_words(text))
    return "?" in words or _ASKS.within(words)


def _lower(text: str) -> str:
    """In lower case, tone marks where letters have them, blanks made one, lines kept."""
    placed = tones_placed(text.casefold())
    lines = (" ".join(line.split()) for line in placed.splitlines())
    return "\n".join(line for line in lines if line)


def _is_thanks(words: str, names: Iterable[str]) -> bool:
    """Whether nothing but courtesy is left once greeting, signature and names are taken away."""
    if _REACTION.search(fold(words)) or not any(letter.isalnum() for letter in words):
        return True  # a reaction, or little pictures alone
    if "?" in words or any(letter.isdigit() for letter in words):
        return False
    rest = " ".join(_body(words.splitlines()))
    if not _THANKS.within(rest):
        return False
    bare = _is_bare(rest)
    for name in sorted((fold(n) if bare else _lower(n) for n in names), key=len, reverse=True):
        if len(name) > 1:
            rest = rest.replace(name, " ")
    return not any(letter.isalnum() for letter in _COURTESY.pattern(rest).sub(" ", rest))


def _body(lines: Sequence[str]) -> list[str]:
    """The lines between greeting and signature."""
    body: list[str] = []
    for place, line in enumerate(lines):
        bare = fold(line)
        if _CLOSING.match(bare) and len(lines) - place <= _SIGNATURE_LINES:
            break
        is_greeting = not body and len(line) < _LONGEST_GREETING and _GREETING.match(bare)
        if not is_greeting or _THANKS.within(line):
            body.append(line)
    return body

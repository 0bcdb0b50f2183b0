"""How machines word their mail, in English and Vietnamese; nothing here decides.

Subjects are read in small letters, without what gateways put before them; texts in small letters
and on one line. A wording that persons use too belongs to `WORDINGS`, where a text has to agree.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """What subject and text of one kind of machine's mail sound like."""

    subject: re.Pattern[str]
    text: re.Pattern[str]
    asks_nothing: bool = False  # a person who writes so has something to ask


_END = r"(?=\s*(?:[:.,;!–—|(\[<«\"-]|re:|$))"

#: How officials speak for their agency, and ask: no machine does.
OFFICIALS_WORDS = re.compile(
    r"\bxin (?:lùi|gia hạn|gửi|nộp|bổ sung|trao đổi|hỏi|phép|ý kiến|rút|báo cáo|đề nghị|được|chậm)"
    r"|\bđề nghị (?:văn phòng|gửi|xem|cho|sửa|điều chỉnh|giữ|hướng dẫn|gia hạn)"
    r"|\b(?:của|máy chủ|lãnh đạo) sở\b|\bcơ quan (?:tôi|chúng tôi)\b|\bvăn phòng (?:cho|gửi|xem)\b"
    r"|\bsở (?:đã|sẽ|xin|đang|không|chưa|đề nghị|gửi|báo cáo|xác nhận|đăng ký|đồng ý|nộp|có)\b"
)

#: Subjects that nobody writes by hand, where they stand at the very beginning.
SURE_SUBJECTS = re.compile(
    rf"(?:(?:thư )?(?:trả lời tự động|tự động trả lời|phản hồi tự động|tự động phản hồi){_END}"
    rf"|(?:automatic|auto|automated)[ -]?(?:reply|response){_END}"
    rf"|(?:ooo|auto)\s*:|yahoo!? auto response{_END}"
    r"|out of (?:the )?office(?: (?:auto-?)?(?:reply|response|message"
    rf"|notification))?{_END}"
    r"|.{1,80} is (?:currently )?(?:out of (?:the )?office|away from (?:the )?office|on leave)\b"
    rf"|vacation (?:reply|response|message){_END}"
    r"|undelivered mail returned to sender|mail delivery failed|failure notice$"
    r"|delivery status notification|returned mail: |mail delivery (?:failure|subsystem|system)"
    r"|undeliver(?:able|ed)(?: mail)?\s*(?:: |$)|(?:warning: )?could not send message"
    r"|message (?:delivery )?delayed|delivery delayed\s*:"
    r"|delivery failure|nondeliverable mail|delivery notification: "
    r"|thông báo trạng thái gửi thư"
    r"|confirm [0-9a-f]{20,}\b|message recall report|relayed: "
    r"|(?:please )?confirm you(?:'| a)re (?:a )?human|(?:please )?verify you(?:'| a)re (?:a )?human"
    r"|\{?(?:your message|your post) to .{1,80} awaits moderator approval)"
)

#: What only a machine says of itself.
SURE_TEXTS = re.compile(
    r"(?:.{0,600}\b(?:please do not reply to this (?:e-?mail|message)"
    r"|(?:type your reply|reply|respond) above this line"
    r"|vui lòng không (?:trả lời|phản hồi|hồi âm)(?: lại)? (?:thư|email|e-mail|tin nhắn) này"
    r"(?=\s*[.!)]|\s*$)|thư này được (?:gửi|trả lời|tạo) tự động)"
    r"|.{1,80} reacted to (?:your|this) message\b"
    r"|.{1,80} (?:đã )?(?:bày tỏ|thả) cảm xúc (?:với|về|cho) (?:thư|tin nhắn)"
    r"|(?:liked|loved|laughed at|emphasized|disliked|questioned|đã thích|đã yêu thích|đã nhấn mạnh)"
    r" [\"“«]"
    r"|.{0,200}\b(?:this is an automat(?:ed|ic(?:ally generated)?) (?:reply|response|message"
    r"|e-?mail"
    r"|notification)|this (?:message|e-?mail) (?:was|is|has been) automatically generated"
    r"|đây là (?:thư|email|e-mail|tin nhắn) (?:trả lời |phản hồi )?tự động)"
    r"|.{0,120}\bi(?: am|'m| will be) (?:currently )?(?:out of (?:the )?office|away|on leave"
    r"|on annual leave|on vacation)\b.{0,400}"
    r"\b(?:i will (?:respond|reply|get back)|upon my return|when i (?:return|am back)|access to"
    r" (?:my )?e-?mail|for urgent|in urgent)"
    r"|.{0,160}\b(?:tôi|mình) (?:hiện )?(?:đang )?(?:không có mặt|vắng mặt|nghỉ phép|đi công tác)\b"
    r".{0,300}\bsẽ (?:trả lời|phản hồi|hồi âm)(?: lại)? (?:thư|email|e-mail|tin nhắn|quý|anh|bạn|"
    r"ngay|sau|khi|trong thời gian))"
)

#: Receipts and answers to invitations: sure where no words of a person stand below.
RECEIPT_SUBJECTS = re.compile(
    r"(?:(?:not )?read(?: receipt)?|delivered|đã đọc|chưa đọc|không đọc|đã xóa mà không đọc"
    r"|return receipt(?: \(displayed\))?|read-receipt|meeting forward notification|cancell?ed"
    r"|được chấp nhận|biên nhận đã đọc|accepted|tentative(?:ly accepted)?"
    r"|declined|đã chấp nhận|tạm chấp nhận|chấp nhận tạm thời|đã từ chối|đồng ý tham dự)\s*:"
    r"|disposition notification|thông báo đã mở thư"
)
RECEIPT_TEXTS = re.compile(
    r"your message\b.{0,400}\b(?:was (?:read|deleted|displayed)|has been (?:delivered|displayed"
    r"|read))"
    r"|this is a (?:return )?receipt for|return receipt"
    r"|this is no guarantee that the message (?:has been|was) (?:read|understood)"
    r"|đây là biên nhận cho thư|đã (?:bị )?xóa mà (?:không|chưa) (?:được )?đọc"
    r"|has forwarded your meeting request"
    r"|thư của (?:bạn|quý vị)\b.{0,400}\bđã được (?:đọc|hiển thị|mở)"
    r"|has (?:accepted|declined|tentatively accepted) (?:this|your) (?:invitation|meeting)"
    r"|đã (?:chấp nhận|từ chối|đồng ý) lời mời"
)

REPORT = "báo cáo chuyển thư"
WORDINGS: Mapping[str, Wording] = {
    REPORT: Wording(
        re.compile(
            r"undeliver|returned mail|mail delivery|delivery (?:status|fail|delay|incomplete)"
            r"|failure notice|not delivered|delivery problem|message (?:blocked|rejected|delayed)"
            r"|mail (?:blocked|rejected|could not)|could not send|problem delivering|rejected:"
            r"|không (?:thể )?(?:gửi|chuyển|phát)|(?:gửi|chuyển|phát) không thành công|trả lại thư"
            r"|chưa (?:gửi|chuyển|phát) được|bị trả lại|thư bị trì hoãn"
        ),
        re.compile(
            r"\b(?:message|e-?mail|mail)\b.{0,160}"
            r"(?:could ?n[o']t|can(?:no|')t|was ?n[o']t|failed to|not|has not yet) (?:be |been )?"
            r"deliver|unable to deliver|deliver(?:y|ed)? (?:to|of|has|attempt).{0,120}fail"
            r"|undeliverable|returned (?:to|mail|below)|recipients? (?:address )?(?:was )?rejected"
            r"|delivery errors"
            r"|(?:fatal|permanent) error|(?:had|having) (?:permanent |delivery )"
            r"|những người nhận hoặc nhóm sau|việc (?:gửi|chuyển|phát) thư (?:tới|đến)\b.{0,160}"
            r"(?:chậm trễ|trì hoãn|không thành công)"
            r"|did not reach|host .{1,80} said:|mail delivery (?:system|software|subsystem)"
            r"|(?:thư|email|e-mail|tin nhắn) của (?:bạn|quý vị|quý khách).{0,160}(?:không|chưa|bị)"
            r"|(?:không|chưa|bị).{0,200}(?:(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])|\b5\d\d[ -]\w)"
        ),
    ),
    "thư vắng mặt": Wording(
        re.compile(
            r"vắng mặt|nghỉ phép|đi vắng|đi công tác|on (?:annual )?leave|away|vacation|holiday"
            r"|out of (?:the )?office|automatic reply|auto-?reply|trả lời tự động"
        ),
        re.compile(
            r"^.{0,200}(?:i(?: am|'m| will be) (?:currently )?(?:out of|away|on ).{0,300}"
            r"(?:respond|reply|upon my return|when i return|access to|urgent)"
            r"|is (?:currently )?(?:out of (?:the )?office|away|on leave)"
            r"|thư (?:này )?(?:được )?(?:trả lời|gửi) tự động|trả lời tự động"
            r"|(?:hiện|hiện tại|hiện nay|hiện đang|đang|sẽ)\b.{0,60}(?:không có mặt|vắng mặt"
            r"|nghỉ phép"
            r"|đi vắng|đi công tác).{0,300}(?:sẽ (?:trả lời|phản hồi|hồi âm)|khi (?:quay lại"
            r"|trở lại)))"
        ),
        asks_nothing=True,
    ),
    "cảnh báo dung lượng hộp thư": Wording(
        re.compile(
            r"quota|(?:mail)?box.{0,40}(?:full|limit|size|over|warn|exceed)|dung lượng"
            r"|hộp thư.{0,40}(?:đầy|hết|vượt)|storage"
        ),
        re.compile(
            r"your (?:mailbox|account|e-?mail|storage).{0,200}(?:full|limit|quota|exceed|%|mb\b"
            r"|gb\b)"
            r"|hộp thư (?:của (?:bạn|quý vị|quý khách)|này).{0,200}(?:đầy|dung lượng|vượt|%|mb\b"
            r"|gb\b)"
        ),
        asks_nothing=True,
    ),
    "cảnh báo của máy quét thư": Wording(
        re.compile(
            r"virus|malware|vi-?rút|banned|quarantin|cách ly|spam|unsolicited|blocked|bị chặn"
            r"|mã độc|vi phạm chính sách|unauthori[sz]ed code|digest|content filter"
            r"|policy violation|attachment (?:removed|stripped)"
        ),
        re.compile(
            r"(?:your|the|a|this) (?:message|e-?mail|mail)\b.{0,200}(?:virus|malware|infected"
            r"|banned"
            r"|quarantin|blocked|removed|policy|filter)"
            r"|(?:virus|malware|banned) .{0,80}(?:detected|found|was)"
            r"|\bin an e-?mail sent by you\b|\bmessages? .{0,40}being held for you\b"
            r"|\bmessages? in quarantine\b|\bin your (?:personal )?quarantine\b"
            r"|bị cách ly trong hộp thư của (?:bạn|quý vị|quý khách)"
            r"|(?:thư|email|tệp)(?: đính kèm)? của (?:bạn|quý vị|quý khách)\b.{0,120}"
            r"(?:đã bị (?:chặn|cách ly|loại bỏ|xóa)|phát hiện (?:virus|vi-?rút|mã độc))"
        ),
    ),
    "thư đòi xác minh người gửi": Wording(
        re.compile(
            r"confirm|verif|xác (?:minh|nhận|thực)|action required|human|robot"
            r"|challenge|sender|waiting|chờ duyệt"
        ),
        re.compile(
            r"(?:are|you're) (?:a )?(?:human|real person)|not a (?:robot|machine)"
            r"|không phải (?:là )?"
            r"(?:robot|người máy|máy)|(?:click|press|reply|follow|bấm|nhấn"
            r"|nhấp)\b.{0,160}(?:deliver|"
            r"release|whitelist|approved senders|chuyển đến|chuyển thư|hộp thư)|one[- ]time verif"
            r"|add yourself to my guest list|click the link below so (?:that )?i can receive"
            r"|(?:bấm|nhấn|nhấp) vào (?:liên kết|đường dẫn|nút).{0,60}\bxác (?:thực|minh)"
        ),
    ),
    "thư của danh sách thư": Wording(
        re.compile(
            r"confirm|subscri|welcome to|mailing list|đăng ký|danh sách thư|awaits moderator"
            r"|moderat"
            r"|chờ (?:phê )?duyệt|request to join"
        ),
        re.compile(
            r"(?:mailing list|subscri(?:be|ption)|moderator)"
            r"|(?:thư|tin nhắn) của (?:bạn|quý vị).{0,160}\bquản trị viên (?:phê )?duyệt"
            r"|đăng ký (?:nhận|tham gia)"
            r".{0,120}(?:bấm|nhấn|nhấp|trả lời thư này|xác nhận)"
        ),
    ),
    "thư của hệ thống tiếp nhận": Wording(
        re.compile(
            r"#\s?\w*\d{3,}|\bticket\b|\b(?:case|inc|incident|request) ?#?\d{4,}|\brequest received"
            r"|incident opened|đã tiếp nhận|received your|we(?:'ve"
            r"| have) received"
            r"|yêu cầu (?:của|hỗ trợ)|phiếu (?:yêu cầu|hỗ trợ)|đã được tiếp nhận|mã hồ sơ"
        ),
        re.compile(
            r"(?:(?:we have|we've) received your|your) .{0,60}"
            r"(?:received|logged|created|opened|assigned|registered)"
            r".{0,300}(?:ticket|case|request|reference|incident|#\s?\w*\d{3,}|reply)"
            r"|(?:ticket|case|request|incident) .{0,80}(?:has been|was) (?:created|received|opened"
            r"|logged)"
            r"|yêu cầu (?:hỗ trợ )?(?:của (?:bạn|quý khách|quý vị|anh/chị)|số).{0,120}đã được"
            r" (?:tiếp nhận|ghi nhận|tạo)|mã (?:yêu cầu|phiếu|hồ sơ)\b.{0,60}(?:là|:)"
        ),
    ),
}

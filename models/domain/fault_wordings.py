"""What each fault of the office's files is called: a wording for each code, filled by `Fault`.

In a wording, `{name}` stands for one of the fault's arguments and `{column}` for its own column.
`{col.note}`, `{word.basis.printed}` and `{file.agencies}` name a column, a word of a list, a file:
as the files have them, or as the workbook shows them. A column with `:()` stands in brackets, a
word with `:“”` in quotes, a line with `:dòng` lies in the fault's own file.
"""

from __future__ import annotations

from collections.abc import Mapping

#: What stands between place and key, by the first part of the code; a colon where none is named.
BESIDE_KEY: Mapping[str, str] = {"cycle": ", "}

#: How a form's fault names the sheet and the column.
FORM_PLACES: Mapping[str, str] = {"sheet": "trang «{}»", "of_column": "cột «{}»"}

WORDINGS: dict[str, str] = {
    # A file as such
    "file.not_opened": "không mở được tệp ({reason})",
    "file.lacking": "không có tệp này",
    "file.forbidden": "không có quyền đọc",
    "file.system": "{reason}",
    "file.not_utf8": "không phải UTF-8; đề nghị lưu tệp với bảng mã UTF-8",
    "file.not_toml": "sai cú pháp TOML ({reason})",
    "file.no_years": "không có thư mục của năm nào",
    "file.half_imported": (
        "một lần nhập danh mục đang ghi, hoặc đã bị ngắt giữa chừng. "
        "Xin chạy `baocao catalogue check`: bản cũ được đặt lại nguyên vẹn."
    ),
    # CSV
    "csv.not_utf8": "không phải UTF-8; đề nghị lưu tệp dạng “CSV UTF-8”",
    "csv.workbook": "là sổ Excel, không phải CSV; đề nghị lưu dạng “CSV UTF-8”",
    "csv.not_csv": (
        "không đọc được từ dòng này theo CSV: dấu nháy kép đứng sai chỗ hoặc không khép lại"
    ),
    "csv.empty": "thiếu cột {wanted}: tệp trống",
    "csv.no_header": "thiếu cột {wanted}: đây không phải dòng tiêu đề",
    "csv.column_lacking": "thiếu cột {column}",
    "csv.column_unknown": "cột lạ {column}",
    "csv.column_twice": "lặp cột {column}",
    "csv.not_separated": "các dòng không tách thành ô theo dấu phân cách của dòng tiêu đề",
    "csv.too_many_cells": "có {found} ô, tiêu đề chỉ có {expected} cột",
    "csv.too_few_cells": ("có {found} ô, tiêu đề có {expected} cột; có thể thiếu dấu phân cách"),
    "csv.damaged": "ô {column} {damage}{others}",
    "csv.and_others": " (và {count} ô khác của tệp)",
    "csv.no_others": "",
    "csv.spreadsheet_error": "là lỗi của bảng tính (“{seen}”), không phải nội dung",
    "csv.misread": "hỏng chữ tiếng Việt do lưu sai bảng mã; đề nghị lấy lại bản trước khi lưu",
    "csv.not_composed": "chưa ở dạng Unicode dựng sẵn (NFC)",
    "csv.odd_blank": "có khoảng trắng thừa, dấu cách không ngắt hoặc ký tự ẩn",
    "csv.yes_or_nothing": "ô {column}: “{value}” phải là “có” hoặc để trống",
    "csv.assumed_without_note": (
        "là giả định thì cột {col.note} phải nói Văn phòng cần xác nhận điều gì"
    ),
    # The register
    "agency.code_form": "mã “{value}” phải gồm chữ thường không dấu, chữ số, gạch dưới",
    "agency.code_twice": "mã cơ quan “{agency}” đã có ở dòng trên",
    "agency.name_lacking": "thiếu tên cơ quan",
    "agency.name_form": "tên cơ quan “{name}” phải có chữ và không dài quá {most} chữ cái",
    "agency.marks_lost": "tên cơ quan “{name}” mất dấu tiếng Việt",
    "agency.kind_unknown": "loại cơ quan “{kind}” không có; chỉ nhận {known}",
    "agency.no_day": ("ô {column}: “{value}” không phải ngày dạng 2025-06-30 hoặc 30/06/2025"),
    "agency.ends_before": "ngày hết hiệu lực đứng trước ngày bắt đầu",
    "agency.name_shared": "tên “{name}” cũng là tên của “{other}”",
    "agency.unknown": "cơ quan “{agency}” không có trong danh bạ",
    "contact.lacking": "thiếu đầu mối của “{name}” (mã {agency})",
    "contact.cells": "có {found} ô, tiêu đề có {expected} cột; thiếu dấu phân cách",
    "contact.twice": "cơ quan “{agency}” đã có đầu mối ở dòng trên",
    "contact.no_address": "cơ quan “{agency}” chưa có địa chỉ nhận (cột {col.to})",
    "contact.no_mail_address": "ô {column}: “{value}” không phải địa chỉ thư",
    "contact.no_domain": "ô {column}: “{value}” không phải tên miền",
    # Who are named together
    "collective.code_taken": "mã “{value}” đã là của một cơ quan hoặc một nhóm khác",
    "collective.name_shared": "tên “{name}” cũng là tên của nhóm “{other}”",
    "collective.no_members": "chưa nói nhóm gồm những ai (cột {col.members})",
    "collective.member_unknown": (
        "ô {column}: “{value}” không phải mã cơ quan có trong danh bạ, cũng không phải một loại cơ "
        "quan: {known}"
    ),
    # Successions
    "succession.no_day": ("ô {column}: “{value}” không phải ngày dạng 2025-03-01 hoặc 01/03/2025"),
    "succession.no_agency": "thiếu cơ quan ở cột {column}",
    "succession.no_source": "thiếu nguồn (cột {col.source}): văn bản nào nêu việc này",
    "succession.twice": "đã có ở dòng trên",
    "succession.twice_for_duty": "đã có ở dòng trên cho việc “{duty}”",
    "succession.heir_absent": (
        "“{name}” không tồn tại vào ngày {day:%d/%m/%Y} nên không kế thừa được"
    ),
    "succession.still_valid": (
        "“{name}” còn hiệu lực: ghi ngày cuối {last:%d/%m/%Y} vào cột {col.valid_to} của "
        "{file.agencies}, hoặc nêu rõ từng việc ở cột {col.duties}"
    ),
    "succession.other_end": (
        "“{name}” hết hiệu lực ngày {ended:%d/%m/%Y} theo {file.agencies}, "
        "dòng này là ngày {last:%d/%m/%Y}"
    ),
    "succession.nothing_to_pass": (
        "“{name}” không tồn tại vào ngày {last:%d/%m/%Y} nên không có việc để chuyển"
    ),
    "succession.no_heir": ("chưa nói ai kế thừa “{name}” (hết hiệu lực ngày {ended:%d/%m/%Y})"),
    "succession.no_heir_for_the_rest": (
        "chưa nói ai kế thừa “{name}” (hết hiệu lực ngày {ended:%d/%m/%Y}): thiếu dòng để trống "
        "cột {col.duties} cho những việc còn lại"
    ),
    "succession.circle": "các dòng kế thừa đi thành vòng: {names}",
    "succession.duty_unknown": "không danh mục nào có dòng hoặc tiêu đề mang mã “{duty}”",
    "succession.duty_of_others": "“{agency}” không trả lời cho dòng nào thuộc “{duty}”",
    # The directive
    "directive.not_utf8": "không phải UTF-8",
    "directive.key_lacking": "thiếu mục {key}",
    "directive.wrong_type": "giá trị không đúng kiểu ({reason})",
    "directive.no_day": "“date” phải là ngày, ví dụ 2025-01-20",
    "directive.territory_unknown": "“territory” là {value:“”}, chỉ nhận {known}",
    "directive.clear_unknown": (
        "“clear” có “{value}”, không phải một điều “rõ” đã biết hoặc đã nêu; chỉ nhận {known}"
    ),
    "directive.other_year": "năm {year} đặt trong thư mục {folder}",
    "directive.rows_miscounted": "có {found} dòng, directive.toml khai {declared}",
    "directive.targets_miscounted": ("có {found} dòng có chỉ tiêu, directive.toml khai {declared}"),
    "heading.appendix_unknown": "phụ lục “{value}” không có",
    "heading.lacking": "thiếu tiêu đề như in",
    "heading.twice": "tiêu đề {appendix}.{number} đã có ở dòng trên",
    # Rows of the catalogue
    "catalogue.marks_lost": (
        "ô {column} mất dấu tiếng Việt; nếu bản in đúng như vậy thì cột {col.note} ghi “không dấu”"
    ),
    "catalogue.dots_lost": (
        "“{figure}” viết liền, bản in có dấu chấm hàng nghìn; nếu in liền thì cột {col.note} ghi "
        "“in liền”"
    ),
    "catalogue.code_twice": "mã “{value}” đã dùng ở {first}",
    "catalogue.no_heading": "{file.headings} không có tiêu đề “{group}” của phụ lục này",
    "catalogue.name_lacking": "thiếu tên như in {col.name_printed:()}",
    "catalogue.number_form": "số thứ tự “{number}” không đúng kiểu của phụ lục này",
    "catalogue.number_jumps": "số thứ tự {number} đứng ngay sau số {before}",
    "catalogue.parent_lacking": "dòng con thì phải có mã dòng mẹ (cột {col.parent})",
    "catalogue.parent_not_above": "dòng mẹ “{parent}” không đứng ở trên trong cùng phụ lục",
    "catalogue.note_lacking": "đọc khác bản in thì cột {col.note} phải nói vì sao",
    "catalogue.ratio_above_one": "chỉ tiêu “{target}”: số đạt lớn hơn tổng số",
    "catalogue.deadline_lacking": "nhiệm vụ thiếu thời hạn như in",
    "catalogue.deadline_before": "thời hạn “{deadline}” đứng trước ngày ban hành",
    "catalogue.investment_lacking": "dự án thiếu tổng mức đầu tư như in",
    "catalogue.not_understood": "{reason}",
    "catalogue.unit_contrary": (
        "chỉ tiêu “{target}” có đơn vị không đổi được ra đơn vị “{unit}” của dòng"
    ),
    "catalogue.value_not_understood": "ô {column}: {reason}",
    "catalogue.direction_unknown": "chiều “{value}” không có; chỉ nhận {known}",
    "catalogue.direction_lacking": (
        "có chỉ tiêu thì phải nêu chiều tốt ({word.direction.higher} hoặc {word.direction.lower})"
    ),
    "catalogue.direction_without_target": (
        "không có chỉ tiêu thì chiều phải là {word.direction.none}"
    ),
    "catalogue.direction_contrary": "chỉ tiêu “{target}” ngược với chiều {direction:“”}",
    "catalogue.basis_unknown": "căn cứ “{value}” không có; chỉ nhận {known}",
    "catalogue.nothing_printed": (
        "chưa ghi tên cơ quan như in {col.agencies_printed:()}: ghi tên, hoặc chọn căn cứ khác"
    ),
    "catalogue.leads_form": (
        "“{value}” không phải số cơ quan chủ trì: từ 1 đến {count}; một cơ quan thì để trống"
    ),
    "catalogue.printed_unknown": (
        "in “{printed}” mà danh bạ không có tên này: chọn cơ quan ở cột cơ quan, hoặc ghi tên này "
        "vào cột {col.aliases} của cơ quan ở {file.agencies}; là nhiều cơ quan thì ghi vào "
        "{file.collectives}"
    ),
    "catalogue.nobody_answers": "không có cơ quan nào trả lời cho dòng này",
    "catalogue.merged_cell_differs": "ô cơ quan gộp phải có cùng cơ quan với dòng ngay trên",
    "catalogue.agency_unresolved": "{reason}",
    "catalogue.agency_by_name": "“{agency}” là tên, không phải mã; mã là “{meant}”",
    "catalogue.agency_contrary": (
        "in “{printed}” là {meant}, khai mã “{declared}”; Văn phòng giao cơ quan khác bản in thì "
        "{col.basis} là {word.basis.assigned}"
    ),
    "catalogue.row_unknown": "không có dòng mang mã “{row}”",
    # Equivalences, tolerances, revised targets
    "equivalence.no_numbers": (
        "factor, offset, tolerance phải là số (dấu chấm thập phân), factor khác 0"
    ),
    "equivalence.period_unknown": ("kỳ {period:“”} chỉ dùng với dòng của Phụ lục II: {known}"),
    "equivalence.period_lacking": "“{right}” có bốn kỳ: phải nêu kỳ (cột {col.period})",
    "equivalence.contradiction": (
        "chỉ tiêu in của “{left}” quy đổi ra {converted}, của “{right}” là {printed}"
    ),
    "tolerance.no_number": ("mức cho phép “{value}” phải là số lớn hơn 0, dấu chấm thập phân"),
    "tolerance.not_measured": "“{row}” không phải chỉ tiêu có số liệu",
    "tolerance.twice": "mã “{row}” đã có ở {first:dòng}",
    "revision.twice": "“{row}” đã có chỉ tiêu của địa bàn này từ ngày {day:%d/%m/%Y}",
    "revision.not_after": (
        "có hiệu lực không sau ngày ban hành Chỉ thị ({day:%d/%m/%Y}): "
        "chỉ tiêu của chính Chỉ thị đứng trong tệp của phụ lục"
    ),
    "revision.without_target": "“{row}” không phải dòng có chỉ tiêu",
    "revision.direction_contrary": ("chỉ tiêu “{target}” ngược với chiều {direction:“”} của dòng"),
    "revision.too_far": (
        "chỉ tiêu “{target}” quá xa “{of_directive}” của Chỉ thị (đơn vị: {unit}): xem lại đơn vị; "
        "nếu đúng thì cột {col.note} ghi “đã kiểm tra đơn vị”"
    ),
    "revision.no_day": "ô {column}: “{value}” không phải ngày dạng 2025-07-25",
    "revision.no_basis": "thiếu căn cứ (cột {col.basis}): văn bản nào giao chỉ tiêu này",
    "revision.no_target": "thiếu chỉ tiêu (cột {col.target})",
    "revision.territory_unknown": "địa bàn “{value}” không có; chỉ nhận {known}",
    # Holidays
    "holiday.kind_unknown": "kind «{value}» không có; chọn {known}",
    "holiday.no_date": "«{value}» không đọc được; cột date phải ghi {form}",
    "holiday.year": "năm, vd. 2026",
    "holiday.day": "ngày, vd. 2026-02-16",
    "holiday.name_lacking": "cột name còn trống",
    "holiday.twice": "{day} đã ghi ở {first:dòng}; mỗi ngày chỉ một dòng",
    # Cycles
    "cycle.none": "chưa khai kỳ báo cáo nào.",
    "cycle.unused_key": "không dùng đến; có viết nhầm tên không?",
    "cycle.mark_taken": "ký hiệu «{mark}» đã dùng cho kỳ «{other}»; số tiếp nhận sẽ trùng.",
    "cycle.previous_unknown": "không có kỳ «{previous}»; các kỳ đã khai: {known}.",
    "cycle.previous_later": "kỳ «{previous}» phải mở trước kỳ này {col.opens_at:()}.",
    "cycle.no_table": "phải là một mục có các khóa bên trong.",
    "cycle.key_lacking": "còn thiếu; cần {wanted}.",
    "cycle.key_unknown": "không có khóa này; có viết nhầm tên không?",
    "cycle.wrong_type": "ghi «{value}», cần {wanted}.",
    "cycle.empty": "còn trống.",
    "cycle.hidden_marks": "có ký tự ẩn hoặc ký tự điều khiển; xóa đi rồi gõ lại.",
    "cycle.no_zone": "«{value}» chưa có múi giờ; thêm +07:00.",
    "cycle.closes_before": "phải sau giờ mở cửa {col.opens:()}.",
    "cycle.code_form": "mã kỳ chỉ gồm chữ thường không dấu, số và dấu gạch ngang.",
    "cycle.due_before_opening": "hạn phải sau thời điểm mở kỳ {col.opens_at:()}.",
    "cycle.negative_grace": "không được âm; 0: không có thời gian chỉnh sửa.",
    "cycle.before_due": "{day:%d/%m/%Y} nằm trước hạn {due:%d/%m/%Y}.",
    "cycle.mark_form": "«{mark}»: chỉ gồm chữ, số và dấu gạch ngang, vd. KH-2025.",
    "cycle.no_mail_address": "«{value}» không phải địa chỉ thư.",
    "cycle.step_kind_unknown": "«{value}» không có; chọn {known}.",
    "cycle.step_sign": "{days}: bước {kind} {rule}.",
    "cycle.step_hour": "{hour} nằm ngoài giờ làm việc {opens:%H:%M}-{closes:%H:%M}.",
    "cycle.step_twice": "«{value}» đã dùng cho bước khác của kỳ này.",
    "cycle.no_catalogue": "chưa có danh mục năm {year} trong thư mục directives.",
    "cycle.unknown_sheet_of_content": "nói về trang «{value}», mẫu biểu «{form}» không có trang "
    "nào như vậy",
    "cycle.no_form": "không có mẫu biểu «{form}» trong thư mục forms.",
    "cycle.carries_from_nowhere": ("mẫu «{form}» ghi lại nội dung của kỳ trước; cần khai kỳ đó."),
    "cycle.carried_column_lacking": (
        "mẫu «{form}», trang «{sheet}», cột «{form_column}»: carry = «{carry}» không phải cột cơ "
        "quan điền của trang cùng mã trong mẫu «{earlier}»."
    ),
    "cycle.carried_column_differs": (
        "mẫu «{form}», trang «{sheet}», cột «{form_column}»: khác kiểu giá trị với cột «{carry}» "
        "của mẫu «{earlier}»."
    ),
    "sign.negative": "phải âm (trước hạn)",
    "sign.zero": "phải bằng 0",
    "sign.positive": "phải dương (sau hạn)",
    "type.text": "chữ trong ngoặc kép",
    "type.whole": "số nguyên",
    "type.instant": "ngày giờ kèm múi giờ, vd. 2025-02-20T00:00:00+07:00",
    "type.day": "ngày, vd. 2025-02-19",
    "type.time": "giờ, vd. 07:30:00",
    "type.list": "danh sách",
    "type.table": "mục",
    # Settings of the rules
    "rule.key_unknown": "không có mục này",
    "rule.unknown": "không có quy tắc «{rule}»",
    "rule.no_whole_number": "phải là số nguyên từ 1 trở lên",
    "rule.magnitudes": "magnitude_low phải nhỏ hơn 1, magnitude_high phải lớn hơn 1",
    "rule.no_limit": "phải là một bảng có rows và limit",
    "rule.too_few_rows": "cần ít nhất hai mã dòng khác nhau",
    "rule.no_link": "phải là một bảng có kind, rows, base và tolerance",
    "rule.not_two_rows": "phải là đúng hai mã dòng khác nhau",
    "rule.link_unknown": 'phải là "full" hoặc "above"',
    "rule.no_texts": 'phải là danh sách chữ, ví dụ ["a", "b"]',
    "rule.no_positive_number": 'phải là số dương, viết trong ngoặc kép, ví dụ "0.4"',
    "rule.row_unknown": "không danh mục nào có dòng “{row}”",
    # Forms
    "form.code_taken": "mã mẫu «{value}» đã có ở tệp khác",
    "form.identifier_form": "«{value}» chỉ được gồm chữ không dấu, số, chấm và gạch",
    "form.unknown_sheet_of_line": "nói về trang {value!r}, mẫu không có trang nào như vậy",
    "form.no_sheets": "mẫu phải có ít nhất một trang",
    "form.no_table": "phải là một bảng [[sheets]]",
    "form.bad_template": "{reason}",
    "form.placeholder_unknown": "không có chỗ thay thế {{{name}}}; dùng được: {known}",
    "form.title_length": "dài {length} ký tự, phải từ 1 đến {most}",
    "form.title_characters": "«{value}» có ký tự Excel không cho dùng",
    "form.no_appendices": "trang bảng phải nói lấy dòng của phụ lục nào",
    "form.no_free_rows": "trang tự điền phải có ít nhất một dòng trống",
    "form.no_columns": "trang không có cột nào",
    "form.no_code_column": 'thiếu cột mã (office = true, source = "code")',
    "form.meaning_twice": "«{value}» có ở hai cột cùng địa bàn, cùng kỳ",
    "form.alternative_unknown": "«{value}» không phải cột khác do cơ quan điền của trang",
    "form.only_if_required": "chỉ có nghĩa khi required = true",
    "form.source_unknown": "không có nguồn «{value}» ở đây; dùng được: {known}",
    "form.too_long": "dài {length} ký tự, nhiều nhất {most}",
    "form.width": "{value} nằm ngoài 3-100",
    "form.period_unknown": "«{value}» không phải một trong {known}",
    "roots.no_certificate": "không đọc được chứng thư số nào (PEM hoặc DER)",
    "form.paper_unknown": "«{value}» không phải một trong: {known}",
    "form.five_clear_unknown": "«{value}» không phải một điều «rõ» đã biết",
    "form.required_mark": ("tiêu đề cột bắt buộc (và chỉ cột đó) kết thúc bằng «(*)»"),
    "form.office_required": "cột của Văn phòng không thể bắt buộc cơ quan điền",
    "form.meaning_unknown": "không có ý nghĩa «{value}»; dùng được: {known}",
    "form.territory_unknown": "không có địa bàn «{value}»; dùng được: {known}",
    "form.fixed_choices": ("cột có ý nghĩa «{meaning}» là ô chọn với đúng các mục: {choices}"),
    "form.carry_form": "«{value}» phải là mã của một cột",
    "form.carry_lacking": "cột ghi lại nội dung kỳ trước phải nói lấy cột nào",
    "form.carry_of_office": ('cột của Văn phòng chỉ lấy lại kỳ trước khi source = "earlier"'),
    "form.choices_from_unknown": "không có danh mục «{value}»",
    "form.choices_one_of": "ô chọn cần đúng một trong hai: choices, choices_from",
    "form.choices_only": 'chỉ dùng khi type = "choice"',
    "form.choices_too_long": "danh sách dài quá {most} ký tự",
    "form.choices_comma": "lựa chọn không được có dấu phẩy",
    "form.field_unknown": "không có trường này",
    "form.no_list": "phải là một danh sách",
    "form.wrong_type": "sai kiểu giá trị «{value}»",
    "form.lacking": "còn thiếu",
    "form.key_form": "«{value}» phải là chữ thường không dấu, số và gạch dưới",
    "form.twice": "«{value}» có hai lần",
    "form.member_unknown": "không có «{value}»; dùng được: {known}",
    # The workbook's definition
    "exchange.title_length": "dài quá {most} ký tự",
    "exchange.column_unknown": "không có cột chung «{value}»",
    "exchange.choices_unknown": "không có danh sách «{value}»",
    "exchange.member_unknown": "«{value}» không có; chọn {known}",
    "exchange.key_unknown": "không có khóa này",
    "exchange.keys_lacking": "còn thiếu khóa {keys}",
}

"""Thiết lập: the office's files changed from a page, for real and tried out, with a way back."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from flows.desk import ways
from flows.office import office_keeping
from models.domain.accounts.account import AccountRole
from tests.fixtures.office_desk import as_read
from tests.fixtures.settings_desk import SettingsDesk, filled_in, settings_desk
from tests.fixtures.settings_desk import desk as desk
from tests.fixtures.settings_desk import tried as tried

SYT = "/thiet-lap/co-quan/syt"
BOTH = ["development", "production"]


def line_of(text: str, begin: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(begin))


def test_an_address_is_mended_and_nothing_else_changes(desk: SettingsDesk) -> None:
    before = {p: desk.held(p) for p in ("agencies.csv", "contacts.csv")}

    answer = desk.save(SYT, to="moi@syt.haiphong.example", phone="0225 3 123 456")

    said = as_read(answer.text)
    assert answer.status_code == 200
    assert "Đã lưu, bộ tệp số 2." in said
    assert "Thư viết từ nay đi theo nội dung mới" in said
    after = desk.held("contacts.csv")
    assert "moi@syt.haiphong.example" in line_of(after, "syt,")
    kept = [line for line in before["contacts.csv"].splitlines() if not line.startswith("syt,")]
    assert [line for line in after.splitlines() if not line.startswith("syt,")] == kept
    assert desk.held("agencies.csv") == before["agencies.csv"]
    contact = desk.desk.house.workplace().office.register.contacts["syt"]
    assert list(contact.to) == ["moi@syt.haiphong.example"]
    told = desk.runs.told[-1]
    assert told["event"] == "baocao.settings.changed"
    assert told["related"][0]["prefect.resource.name"] == "Phạm Thị Lan, Chuyên viên"
    assert "Công văn 12/VP" in told["payload"]["said"]


def test_a_change_has_who_why_difference_and_a_way_back(desk: SettingsDesk) -> None:
    before = desk.held("contacts.csv")
    desk.save(SYT, to="moi@syt.haiphong.example")

    listed = desk.text("/thiet-lap/bo-tep")
    shown = desk.text("/thiet-lap/bo-tep/2")

    assert "Phạm Thị Lan, Chuyên viên" in listed
    assert "Cơ quan: Sở Y tế: Công văn 12/VP" in listed
    assert "+syt,moi@syt.haiphong.example" in shown
    assert "-syt,vanthu@syt.haiphong.example" in shown
    page = desk.get("/thiet-lap/bo-tep/2")
    assert 'action="/thiet-lap/bo-tep/1"' in page
    answer = desk.post("/thiet-lap/bo-tep/1", data={"goc": "2", "ly_do": "Ghi nhầm."})
    assert "bộ tệp số 3" in as_read(answer.text)
    assert desk.held("contacts.csv") == before
    assert "+syt,moi@" in desk.text("/thiet-lap/bo-tep/2")


def test_who_wants_back_sees_that_somebody_changed_more_meanwhile(desk: SettingsDesk) -> None:
    desk.save(SYT, to="moi@syt.haiphong.example")
    desk.save(SYT, to="nua@syt.haiphong.example")

    answer = desk.post("/thiet-lap/bo-tep/1", data={"goc": "2", "ly_do": "Ghi nhầm."})

    assert answer.status_code == 409
    assert "lại có thay đổi mới" in as_read(answer.text)
    assert "nua@syt" in desk.held("contacts.csv")


def test_two_who_change_the_same_line_both_see_both(desk: SettingsDesk) -> None:
    mine = desk.form(SYT)
    desk.save(SYT, to="cua-nguoi-khac@syt.haiphong.example")

    answer = desk.post(
        SYT, data={**mine, "to": "cua-toi@syt.haiphong.example", "ly_do": "Theo điện thoại."}
    )

    page, said = answer.text, as_read(answer.text)
    assert answer.status_code == 409
    assert "đã được đổi bởi Phạm Thị Lan, Chuyên viên" in said
    assert 'value="cua-toi@syt.haiphong.example"' in page
    assert "cua-nguoi-khac@syt.haiphong.example" in said
    assert 'value="Theo điện thoại."' in page
    assert "cua-nguoi-khac" in desk.held("contacts.csv")
    again = desk.post(SYT, data=filled_in(page))
    assert "Đã lưu" in as_read(again.text)
    assert "cua-toi" in desk.held("contacts.csv")


def test_two_who_change_different_lines_lose_nothing(desk: SettingsDesk) -> None:
    mine = desk.form(SYT)
    desk.save("/thiet-lap/co-quan/stc", to="moi@stc.haiphong.example")

    answer = desk.post(
        SYT, data={**mine, "to": "moi@syt.haiphong.example", "ly_do": "Theo điện thoại."}
    )

    assert "Đã lưu, bộ tệp số 3" in as_read(answer.text)
    assert "moi@stc" in desk.held("contacts.csv")
    assert "moi@syt" in desk.held("contacts.csv")


@pytest.mark.parametrize(
    ("path", "typed", "field", "said"),
    [
        (SYT, {"to": "không phải"}, "to", "địa chỉ thư"),
        (SYT, {"to": ""}, "to", ""),
        (SYT, {"name": ""}, "name", "Xin điền ô này"),
        (SYT, {"name": "Sở Tài chính"}, "name", "Sở Tài chính"),
        (SYT, {"valid_from": "hôm qua"}, "valid_from", "hôm qua"),
        (SYT, {"kind": "ministry"}, "kind", "chọn một mục"),
        (SYT, {"name": "Sở\u200b Y tế"}, "name", ""),
        (SYT, {"valid_from": "2025-03-01", "valid_to": "2025-02-01"}, "valid_to", ""),
        ("/thiet-lap/ky/2025-plan", {"due_at": "2025-01-01T00:00"}, "due_at", ""),
        ("/thiet-lap/ky/2025-plan", {"due_at": "mai"}, "due_at", "giờ Hà Nội"),
        ("/thiet-lap/ky/2025-plan", {"contact_email": "x"}, "contact_email", ""),
        ("/thiet-lap/ky/2025-plan", {"steps.1.hour": "23"}, "steps.1.hour", ""),
        ("/thiet-lap/ky/2025-plan", {"steps.1.working_days": "5"}, "steps.1.working_days", ""),
        ("/thiet-lap/ky/2025-plan", {"steps.1.hour": "9" * 300}, "steps.1.hour", "số nguyên"),
        ("/thiet-lap/ngay-nghi/2025-01-27", {"date": "mai"}, "date", ""),
        ("/thiet-lap/ngay-nghi/2025-01-27", {"date": "2025-01-28"}, "date", ""),
        ("/thiet-lap/ngay-nghi/moi", {"date": "2025-01-28", "name": "x"}, "date", ""),
    ],
)
def test_a_fault_is_a_sentence_at_its_field_and_nothing_is_written(
    tried: SettingsDesk, path: str, typed: dict[str, str], field: str, said: str
) -> None:
    before = {p: p.read_bytes() for p in sorted(tried.folder.rglob("*")) if p.is_file()}

    answer = tried.save(path, **typed)

    assert answer.status_code == 422, as_read(answer.text)
    at = answer.text.partition(f'id="doi-{field}-fault">')[2].partition("</p>")[0]
    assert at
    assert said in at
    for name, value in typed.items():
        if value and name != "kind":  # of a choice nothing else can be chosen
            assert value in as_read(answer.text) or f'value="{value}"' in answer.text, name
    assert {p: p.read_bytes() for p in sorted(tried.folder.rglob("*")) if p.is_file()} == before
    assert tried.runs.told == []


def test_a_reason_is_asked_for_and_what_was_typed_stays(tried: SettingsDesk) -> None:
    answer = tried.save(SYT, reason="  ", to="moi@syt.haiphong.example")

    assert answer.status_code == 422
    assert 'id="doi-ly_do-fault">Xin ghi vì sao đổi' in answer.text
    assert 'value="moi@syt.haiphong.example"' in answer.text


def test_a_fault_elsewhere_in_the_files_is_told_with_its_line(tried: SettingsDesk) -> None:
    form = tried.form(SYT)
    own = tried.folder / "contacts.csv"
    own.write_text(own.read_text("utf-8").replace("vanthu@stc", "vanthu stc"), "utf-8")

    answer = tried.post(
        SYT, data={**form, "to": "moi@syt.haiphong.example", "ly_do": "Theo điện thoại."}
    )

    assert answer.status_code == 422
    assert "contacts.csv:" in as_read(answer.text)
    assert "moi@syt" not in own.read_text("utf-8")
    checked = tried.text("/thiet-lap/kiem-tra")
    assert "chỗ cần sửa" in checked
    assert "contacts.csv:" in checked


def test_an_agency_is_added_without_a_code_typed(desk: SettingsDesk) -> None:
    answer = desk.save(
        "/thiet-lap/co-quan/moi",
        name="Sở Dân tộc và Tôn giáo",
        kind="department",
        to="vanthu@sdttg.haiphong.example",
        domains="sdt.haiphong.example",
    )

    assert "Đã lưu" in as_read(answer.text)
    register = desk.desk.house.workplace().office.register
    assert register.agencies["so_dan_toc_va_ton_giao"].name == "Sở Dân tộc và Tôn giáo"
    assert register.contacts["so_dan_toc_va_ton_giao"].domains == ("sdt.haiphong.example",)
    assert "Sở Dân tộc và Tôn giáo" in desk.text("/thiet-lap/co-quan?q=dan+toc")


def test_an_agency_ends_and_its_heir_answers(tried: SettingsDesk) -> None:
    path = f"{SYT}/ket-thuc"
    lacking = tried.save(path, valid_to="2026-01-31", successor="stc", source="")
    assert 'id="doi-source-fault"' in lacking.text

    answer = tried.save(path, valid_to="2026-01-31", successor="stc", source="NQ 99/2026")

    assert "Đã lưu" in as_read(answer.text)
    assert line_of(tried.held("successions.csv"), "syt,stc,2026-02-01").endswith("NQ 99/2026,")
    assert tried.form(path)["successor"] == "stc"


def test_a_day_off_is_entered_changed_and_taken_out(tried: SettingsDesk) -> None:
    added = tried.save("/thiet-lap/ngay-nghi/moi", date="2026-03-03", kind="off", name="Nghỉ bù")
    assert "Đã lưu" in as_read(added.text)
    assert "2026-03-03,off,Nghỉ bù,," in tried.held("holidays.csv")

    tried.save("/thiet-lap/ngay-nghi/2026-03-03", name="Nghỉ hoán đổi")
    assert "2026-03-03,off,Nghỉ hoán đổi,," in tried.held("holidays.csv")

    gone = tried.save("/thiet-lap/ngay-nghi/2026-03-03/bo")
    assert "Đã lưu" in as_read(gone.text)
    assert "2026-03-03" not in tried.held("holidays.csv")


def test_a_cycles_date_is_moved_and_every_comment_stays(desk: SettingsDesk) -> None:
    before = desk.held("cycles.toml")

    answer = desk.save("/thiet-lap/ky/2025-plan", due_at="2025-02-21T00:00", meeting_on="")

    assert "Đã lưu" in as_read(answer.text)
    after = desk.held("cycles.toml")
    assert "due_at = 2025-02-21T00:00:00+07:00" in after
    assert [p for p in before.split() if p.startswith("#")] == [
        p for p in after.split() if p.startswith("#")
    ]
    assert desk.desk.house.workplace().office.cycle("2025-plan").meeting_on is None


def test_a_rule_is_switched_off_and_on_again(tried: SettingsDesk) -> None:
    tried.save("/thiet-lap/quy-tac", **{"KH-02": "off", "NR-02": "on"})
    rules = tried.desk.house.workplace().office.rules
    assert (list(rules.rules_off), list(rules.trial_rules)) == (["KH-02"], [])

    tried.save("/thiet-lap/quy-tac", **{"KH-02": "on"})
    assert list(tried.desk.house.workplace().office.rules.rules_off) == []


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 911 * 9 }}{% for %}",
    "=HYPERLINK(1)",
]


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_is_typed_is_text_everywhere(tried: SettingsDesk, typed: str) -> None:
    answer = tried.save(SYT, note=typed, focal_person=typed, reason=typed)

    assert "Đã lưu" in as_read(answer.text)
    for path in (SYT, "/thiet-lap/co-quan?q=y+te", "/thiet-lap/bo-tep", "/thiet-lap/bo-tep/2"):
        page = tried.get(path)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "8199" not in page
    assert tried.form(SYT)["note"] == typed


DAMAGES = {
    "no UTF-8": b"\xff\xfe\x00 code,name",
    "a workbook": b"PK\x03\x04\x00",
    "nothing": b"",
    "half a quotation": b'code,name\n"syt,x',
    "a cell without end": b"code,name\n" + b"x" * 200_000,
    "other kinds": b"cycles = 3\ntrial_rules = 4\n[rules_off]\nx = 1\n",
    "tables of other kinds": b"[cycles.a]\nsteps = 3\n[cycles.b]\nsteps = [1]\n[cycles]\nc = 1\n",
    "a NUL": b"code,name\n\x00,\x00\n",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damaged_files_are_told_of_and_no_page_breaks(tried: SettingsDesk, damage: bytes) -> None:
    tried.desk.house.workplace()
    for name in ("agencies.csv", "contacts.csv", "holidays.csv", "cycles.toml", "rules.toml"):
        (tried.folder / name).write_bytes(damage)

    for path in ("/co-quan", "/co-quan/syt", "/co-quan/moi", "/ngay-nghi", "/ky", "/quy-tac"):
        answer = tried.browser.get(f"/thiet-lap{path}")
        assert answer.status_code in (200, 404, 409), path
    assert "chỗ cần sửa" in tried.text("/thiet-lap/kiem-tra")
    assert tried.browser.get("/thiet-lap").status_code == 200
    assert tried.browser.get("/thiet-lap/danh-muc").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/thiet-lap/co-quan/khong-co",
        "/thiet-lap/co-quan/khong-co/ket-thuc",
        "/thiet-lap/ngay-nghi/2025-13-45",
        "/thiet-lap/ngay-nghi/x/bo",
        "/thiet-lap/ky/khong-co",
        "/thiet-lap/mau-thu/khong-co",
        "/thiet-lap/mau-thu/..%2F..%2Fagencies",
        "/thiet-lap/danh-muc/1999",
        "/thiet-lap/danh-muc/nam",
        "/thiet-lap/danh-muc/so/khong-co",
        "/thiet-lap/bo-tep/0",
        "/thiet-lap/bo-tep/99",
        "/thiet-lap/bo-tep/x",
        "/thiet-lap/bo-tep/²",
        f"/thiet-lap/bo-tep/{'9' * 40}",
        "/thiet-lap/tai-khoan/khong-co",
    ],
)
def test_what_does_not_exist_is_said_so(tried: SettingsDesk, path: str) -> None:
    answer = tried.browser.get(path)

    assert answer.status_code in (404, 409)


def test_a_folder_that_cannot_be_written_is_told(
    tried: SettingsDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(office_keeping, "replace_files", full)
    answer = tried.save(SYT, to="moi@syt.haiphong.example")

    assert answer.status_code == 409
    assert "Không ghi được vào thư mục" in as_read(answer.text)
    assert tried.desk.house.files.history() == []


def test_on_every_database_a_change_is_kept_contested_and_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    with settings_desk(tmp_path, monkeypatch, "production", database_url) as desk:
        mine = desk.form(SYT)
        before = desk.held("contacts.csv")
        assert "bộ tệp số 2" in as_read(desk.save(SYT, to="moi@syt.haiphong.example").text)

        late = desk.post(SYT, data={**mine, "to": "muon@syt.haiphong.example", "ly_do": "x"})
        assert late.status_code == 409
        back = desk.post("/thiet-lap/bo-tep/1", data={"goc": "2", "ly_do": "Ghi nhầm."})
        assert "bộ tệp số 3" in as_read(back.text)
        assert desk.held("contacts.csv") == before


def test_only_administrators_go_these_ways() -> None:
    own = [way for way in ways.WAYS if way.path.startswith(ways.OFFICE_FILES)]

    assert len(own) > 30
    assert {frozenset(way.roles) for way in own} == {frozenset({AccountRole.ADMINISTERS})}


def test_the_menu_leads_administrators_alone_to_it(tried: SettingsDesk) -> None:
    assert ">Thiết lập</a>" in tried.get("/thiet-lap")
    clerk = frozenset({AccountRole.DECIDES, AccountRole.READS})
    tried.account = dataclasses.replace(tried.account, roles=clerk)
    assert ">Thiết lập</a></li>" not in tried.get("/ky")

"""Thiết lập: texts of letters, shown to a real agency before they are kept."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.office_desk import as_read
from tests.fixtures.settings_desk import SettingsDesk, filled_in, settings_desk

REMINDER = "/thiet-lap/mau-thu/reminder"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SettingsDesk]:
    """Tried out."""
    with settings_desk(tmp_path, monkeypatch, "development") as found:
        yield found


def frames(page: str) -> list[str]:
    return re.findall(r'<iframe class="letter" sandbox src="([^"]+)"', page)


def test_every_text_is_listed_by_a_name_and_shown_as_letters(desk: SettingsDesk) -> None:
    page = desk.get("/thiet-lap/mau-thu")
    names = re.findall(r'href="/thiet-lap/mau-thu/([^"]+)">([^<]+)<', page)

    assert len(names) > 20
    for name, title in names:
        assert title != name
        form = desk.get(f"/thiet-lap/mau-thu/{name}")
        assert frames(form), name
        assert 'class="notice"' not in form, name


def test_a_text_is_shown_to_the_chosen_agency_and_not_kept(desk: SettingsDesk) -> None:
    before = desk.held("letters/reminder.j2")
    form = desk.form(REMINDER)
    typed = form["text"].replace("{% block body %}", "{% block body %}\nXin lưu ý.\n")

    answer = desk.post(REMINDER, data={**form, "text": typed, "co_quan": "syt", "xem": "1"})

    assert answer.status_code == 200
    assert filled_in(answer.text)["text"] == typed
    letter = as_read(desk.get(frames(answer.text)[0]))
    assert "Kính gửi: Sở Y tế" in letter
    assert "Xin lưu ý." in letter
    assert desk.held("letters/reminder.j2") == before
    again = desk.post(REMINDER, data={**filled_in(answer.text), "ly_do": "Theo CV 1."})
    assert "Đã lưu" in as_read(again.text)
    assert desk.held("letters/reminder.j2") == typed


def test_what_another_account_was_shown_is_not_to_be_had(desk: SettingsDesk) -> None:
    frame = frames(desk.get(REMINDER))[0]
    desk.account = dataclasses.replace(desk.account, name="nguoi.khac")

    assert desk.browser.get(frame).status_code == 404
    assert desk.browser.get(frame.replace("/0/", "/99/")).status_code == 404


SUBJECT = "{% block subject %}x{% endblock %}"


def with_body(body: str) -> str:
    return f"{SUBJECT}\n{{% block body %}}\n{body}\n{{% endblock %}}"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (with_body("{{ khong_co }}"), "khong_co"),
        (with_body("{% if %}"), "dòng 3"),
        (SUBJECT, "thiếu khối"),
        (with_body("{% for a in range(10**9) %}{% endfor %}"), "letters/reminder.j2"),
        (with_body("{{ ''.__class__ }}"), "letters/reminder.j2"),
        ("{% extends 'agencies.csv' %}", "agencies.csv"),
    ],
)
def test_a_faulty_text_is_refused_with_its_line_and_stays_in_the_form(
    desk: SettingsDesk, typed: str, said: str
) -> None:
    before = desk.held("letters/reminder.j2")
    form = {**desk.form(REMINDER), "text": typed, "ly_do": "Thử."}

    shown = desk.post(REMINDER, data={**form, "xem": "1"})
    kept = desk.post(REMINDER, data=form)

    assert said in as_read(shown.text)
    assert kept.status_code == 422
    assert said in as_read(kept.text)
    assert filled_in(kept.text)["text"].strip() == typed
    assert desk.held("letters/reminder.j2") == before


def test_two_who_write_the_same_text_see_both(desk: SettingsDesk) -> None:
    mine = desk.form(REMINDER)
    theirs = mine["text"].replace("Nhắc gửi báo cáo", "Nhắc nộp báo cáo")
    desk.save(REMINDER, text=theirs)

    own = mine["text"].replace("Nhắc gửi báo cáo", "Nhắc sớm gửi báo cáo")
    answer = desk.post(REMINDER, data={**mine, "text": own, "ly_do": "Theo CV 2."})

    assert answer.status_code == 409
    assert "Nhắc nộp báo cáo" in as_read(answer.text)
    assert filled_in(answer.text)["text"] == own
    assert desk.held("letters/reminder.j2") == theirs

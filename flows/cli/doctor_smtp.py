"""`baocao doctor` on letters that leave: server, login, sender, size, clock, permitted guests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from config.settings import Environment, Settings
from flows.cli.remarks import Diagnosis
from models.domain.cycle.letter_phrases import InstantStyle, hanoi_minute
from models.domain.errors import BaocaoError
from tasks.adapters.mailbox.observations import CLOCK_TOLERANCE
from tasks.adapters.post.smtp_probe import probe
from tasks.adapters.store import outbox
from tasks.adapters.store.rows import open_engine


def smtp_remarks(settings: Settings, now: dt.datetime) -> Iterator[Diagnosis]:
    """What stands in the way of letters, in the order in which one would meet it."""
    yield from _server(settings, now)
    yield from _recipients(settings)
    yield from _clock(settings, now)


def _server(settings: Settings, now: dt.datetime) -> Iterator[Diagnosis]:
    if settings.smtp_url:
        sender, authorities = settings.office_address, settings.smtp_ca_file
        for seen in probe(settings.smtp_url, sender, now, ca_file=authorities):
            yield Diagnosis(seen.subject, seen.ok, seen.sentence)
        return
    yield Diagnosis(
        "Máy chủ gửi thư",
        settings.environment is Environment.DEVELOPMENT,
        "Chưa đặt BAOCAO_SMTP_URL; «serve» và «demo» dùng hộp thư thử trên máy.",
    )


def _recipients(settings: Settings) -> Iterator[Diagnosis]:
    production = settings.environment is Environment.PRODUCTION
    if settings.guest_list:
        yield Diagnosis(
            "Danh sách được gửi tới",
            not production,
            "Đang chạy thật mà BAOCAO_GUEST_LIST còn chặn thư tới mọi nơi khác: xóa đi."
            if production
            else f"Chạy thử, chỉ gửi tới: {', '.join(settings.guest_list)}.",
        )
    if not settings.own_copy:
        yield Diagnosis(
            "Bản sao thư đi",
            True,
            "Không gửi bản sao (BAOCAO_OWN_COPY): thư chưa rõ kết quả phải chờ người xem.",
            caution=True,
        )
        return
    local, _, domain = settings.own_copy.partition("@")
    ours = f"{local.partition('+')[0]}@{domain}" == settings.office_address
    yield Diagnosis(
        "Bản sao thư đi",
        True,
        f"Gửi về {settings.own_copy}."
        + ("" if ours else " Thư tới địa chỉ này phải được chuyển về hộp thư nhận báo cáo."),
    )


def _clock(settings: Settings, now: dt.datetime) -> Iterator[Diagnosis]:
    """A clock that runs behind our own record was ahead once, or has been set back."""
    try:
        engine = open_engine(settings.database)
        with engine.begin() as connection:
            last = outbox.last_claim(connection)
        engine.dispose()
    except (SQLAlchemyError, BaocaoError, OSError):
        return  # said where the database is looked at
    if last is not None and last > now + CLOCK_TOLERANCE:
        yield Diagnosis(
            "Đồng hồ",
            False,
            f"Sổ ghi thư gửi lúc {hanoi_minute(last, InstantStyle.LIST)}, sau giờ hiện tại của máy "
            f"({hanoi_minute(now, InstantStyle.LIST)}): kiểm tra ngày giờ, đồng bộ giờ (NTP).",
        )

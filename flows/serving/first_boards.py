"""The boards are there before the service says that it is ready: their run is waited for."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from uuid import UUID

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun

from flows.failed_runs import message_of
from flows.serving.starting.patience import TELLS_EVERY

_ASKS_EVERY = 0.5  # seconds
_NO_LONGER_THAN = 600.0  # seconds: the office can work while they are being made


async def first_boards(run_id: UUID, announce: Callable[[str], None]) -> None:
    """Returns once that run of update-boards has ended, telling what is amiss where it is."""
    began = told = time.monotonic()
    while time.monotonic() - began < _NO_LONGER_THAN:
        run = await _run(run_id)
        if run is not None and run.state is not None and run.state.is_final():
            if not run.state.is_completed():
                announce(
                    f"Chưa làm được các bảng: {message_of(run)} Luồng update-boards làm lại khi "
                    "có thay đổi; muốn ngay thì sửa điều được nêu rồi chạy luồng ấy."
                )
            return
        if time.monotonic() - told >= TELLS_EVERY:
            told = time.monotonic()
            announce(f"Vẫn đang đợi ({told - began:.0f} giây): làm các bảng đầu tiên.")
        await asyncio.sleep(_ASKS_EVERY)
    announce("Các bảng chưa làm xong; luồng update-boards vẫn đang chạy.")


async def _run(run_id: UUID) -> FlowRun | None:
    """The run; None while a busy server does not answer."""
    with contextlib.suppress(httpx.HTTPError):
        async with get_client() as client:
            return await client.read_flow_run(run_id)
    return None

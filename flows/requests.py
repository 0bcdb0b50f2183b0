"""What an operator may say when starting a flow: one typed form a flow, with Vietnamese titles."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from flows import choices, clock


def _as_a_form(schema: dict[str, Any]) -> None:
    """A form shows Vietnamese titles, not our docstring; what it is about comes first.

    What time it is, the office's machine says: nobody is asked for it but in a rehearsal.
    """
    schema.pop("description", None)
    fields = schema.get("properties", {})
    if not clock.is_asked_for():
        fields.pop("as_of", None)
    for last in ("by", "reason", "as_of", "when_due"):
        if last in fields:
            fields[last] = fields.pop(last)


class AsOf(BaseModel):
    """Any flow: in a rehearsal or a demonstration, at which moment it shall believe to run."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_as_a_form)

    as_of: AwareDatetime | None = Field(
        None,
        title="Thời điểm",
        description="Để trống: bây giờ. Chỉ đặt được khi diễn tập.",
    )

    @field_validator("as_of")
    @classmethod
    def _only_where_time_is_told(cls, moment: dt.datetime | None) -> dt.datetime | None:
        if moment is not None and not clock.may_be_told():
            raise ValueError(clock.NOT_TOLD)
        return moment

    def moment(self) -> dt.datetime:
        """The moment asked for, else now, in UTC."""
        return (self.as_of or clock.now()).astimezone(dt.UTC)


class CycleRequest(AsOf):
    """A flow about one reporting cycle."""

    cycle: str = Field(
        "",
        title="Kỳ báo cáo",
        description="Để trống: mọi kỳ đang mở.",
        json_schema_extra=choices.cycles_or_text,
    )

    @property
    def which(self) -> str:
        """The cycle in a run's name."""
        return self.cycle or "moi-ky"


class BatchRequest(AsOf):
    """A flow that works through a queue."""

    @model_validator(mode="before")
    @classmethod
    def _of_a_former_version(cls, asked: Any) -> Any:
        """Runs that a former version queued or left failed asked for what is due: all do now."""
        if isinstance(asked, dict):
            return {name: value for name, value in asked.items() if name != "when_due"}
        return asked

    limit: int = Field(
        1000,
        ge=1,
        le=100_000,
        title="Số lượng tối đa",
        description="Xử lý nhiều nhất chừng này trong một lần chạy.",
    )


class _WhenDue(BaseModel):
    """A flow whose schedule asks oftener than there is work."""

    when_due: bool = Field(
        False,
        title="Chỉ khi đến lượt",
        description="Lịch chạy đặt ô này: chưa đến lượt thì không làm gì. Bỏ trống: làm ngay.",
    )


class DueRequest(AsOf, _WhenDue):
    """A flow about the whole house, in its turn."""


class DueCycleRequest(CycleRequest, _WhenDue):
    """A flow about reporting cycles, each in its turn."""


class PreviewRequest(DueCycleRequest):
    """Showing agencies their own pages."""

    agency: str = Field(
        "",
        title="Chỉ một cơ quan",
        description="Để trống: mọi cơ quan của kỳ.",
        json_schema_extra=choices.agencies_or_text,
    )

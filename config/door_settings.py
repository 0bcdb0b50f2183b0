"""Settings of the door: where it listens, by which names it is called, how a login lasts."""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode

from models.domain.mail.server_address import is_this_machine

_HOST_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_SHORTEST_TOKEN = 32  # letters


class DoorSettings(BaseSettings):
    """What the door needs. Part of the settings of the installation."""

    serve_host: str = Field(
        "127.0.0.1",
        description="Địa chỉ mà `serve` lắng nghe; địa chỉ khác máy này phải có SERVE_CERTIFICATE "
        "và SERVE_KEY (TLS), hoặc SERVE_PROXIES",
    )
    serve_names: Annotated[list[str], NoDecode] = Field(
        default_factory=list,
        description="Những tên máy mà trình duyệt dùng để vào, cách nhau bằng dấu cách, tên đầu "
        "đứng trong thư báo; ngoài SERVE_HOST và `localhost`, tên khác bị từ chối",
    )
    serve_certificate: Path | None = Field(
        None, description="Tệp chứng thư TLS (PEM, cả chuỗi) của giao diện"
    )
    serve_key: Path | None = Field(
        None, description="Tệp khóa riêng (PEM) của SERVE_CERTIFICATE, chỉ người chạy đọc được"
    )
    serve_proxies: Annotated[list[str], NoDecode] = Field(
        default_factory=list,
        description="Địa chỉ IP của máy đứng trước làm TLS (reverse proxy), cách nhau bằng dấu "
        "cách; chỉ `X-Forwarded-*` từ những địa chỉ này được tin",
    )
    session_minutes: int = Field(
        60, ge=5, le=720, description="Đăng nhập hết hiệu lực sau bao nhiêu phút không dùng"
    )
    worker_token: SecretStr = Field(
        SecretStr(""),
        description="Mã vào cửa của worker ở máy khác, từ 32 ký tự; để trống: `serve` tự tạo mỗi "
        "lần khởi động",
    )

    @field_validator("serve_names", "serve_proxies", mode="before")
    @classmethod
    def _words(cls, value: object) -> object:
        return value.lower().split() if isinstance(value, str) else value

    @field_validator("serve_certificate", "serve_key", mode="before")
    @classmethod
    def _no_path(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("serve_certificate", "serve_key")
    @classmethod
    def _readable(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            raise ValueError("không có tệp này")
        return value

    @field_validator("serve_names")
    @classmethod
    def _host_names(cls, value: list[str]) -> list[str]:
        wrong = [name for name in value if not _HOST_NAME.fullmatch(name)]
        if wrong:
            raise ValueError(
                f"phải là tên máy, không có http:// và số cổng: {', '.join(wrong)}. Ví dụ: "
                "dieu-hanh.van-phong.example"
            )
        return value

    @field_validator("serve_proxies")
    @classmethod
    def _ip_addresses(cls, value: list[str]) -> list[str]:
        try:
            return [str(ip_address(address)) for address in value]
        except ValueError:
            raise ValueError("phải là những địa chỉ IP, ví dụ 10.1.2.3") from None

    @field_validator("worker_token")
    @classmethod
    def _hard_to_guess(cls, value: SecretStr) -> SecretStr:
        token = value.get_secret_value()
        if token and (len(token) < _SHORTEST_TOKEN or any(not "!" <= c <= "~" for c in token)):
            raise ValueError(f"phải dài từ {_SHORTEST_TOKEN} ký tự ASCII, không có dấu cách")
        return value

    @model_validator(mode="after")
    def _no_open_door(self) -> Self:
        if (self.serve_certificate is None) != (self.serve_key is None):
            raise ValueError("BAOCAO_SERVE_CERTIFICATE và BAOCAO_SERVE_KEY: phải đặt cả hai")
        if not (is_this_machine(self.serve_host) or self.serve_certificate or self.serve_proxies):
            raise ValueError(
                f"BAOCAO_SERVE_HOST: {self.serve_host} ai trong mạng cũng nghe được mật khẩu; đặt "
                "BAOCAO_SERVE_CERTIFICATE và BAOCAO_SERVE_KEY (TLS), hoặc BAOCAO_SERVE_PROXIES khi "
                "máy khác làm TLS ở phía trước, hoặc để 127.0.0.1"
            )
        return self

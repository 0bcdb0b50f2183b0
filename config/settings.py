"""Settings from the environment (`BAOCAO_*`), checked at start.

`settings_table()` prints them for the documentation; a test keeps both in step.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import quote, urlsplit

from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import NoDecode, SettingsConfigDict

from config import CONFIG_DIR as CONFIG_DIR
from config.door_settings import DoorSettings
from config.setting_faults import fault_sentences
from config.store_address import store_fault
from models.domain.errors import ConfigurationFault
from models.domain.mail.delivery import permitted
from models.domain.mail.server_address import is_this_machine

PREFIX = "BAOCAO_"
DEVELOPMENT_KEY = "chi-dung-khi-thu-nghiem-khong-dung-that"

ADDRESS = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


class Environment(StrEnum):
    """Where the program runs."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class UncertainRule(StrEnum):
    """What becomes of a letter whose delivery is uncertain."""

    HOLD = "hold"  # a person looks
    RESEND = "resend"  # once more with the same Message-ID


class SummaryApproval(StrEnum):
    """Whether a person approves the summary before it leaves."""

    OFF = "off"
    WAIT = "wait"


class UnansweredRule(StrEnum):
    """What becomes of a draft that nobody decided on in time."""

    SEND = "send"
    HOLD = "hold"


class Settings(DoorSettings):
    """All settings. Relative paths are taken from the working directory."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore")

    environment: Environment = Field(
        Environment.DEVELOPMENT, description="`production` từ chối khóa thử nghiệm"
    )
    data_dir: Path = Field(Path("data"), description="Nơi để mọi thứ một lần chạy sinh ra")
    database_url: str = Field(
        "",
        repr=False,  # may hold a password, as the two addresses below
        description="SQLAlchemy URL; để trống: SQLite trong DATA_DIR. PostgreSQL: `postgresql+psycopg://...`",
    )
    store_url: str = Field(
        "",
        description="Kho chung của nhiều máy cho thư, sổ gốc và kết quả: `s3://kho/thư-mục`, "
        "`file:///thư-mục`; để trống: trong DATA_DIR của máy này. Khóa truy cập không viết ở đây",
    )
    store_cache_mb: int = Field(
        10_000, ge=100, description="Giữ sẵn ở máy này nhiều nhất bao nhiêu MB của kho chung"
    )
    mailbox_url: Annotated[list[str], NoDecode] = Field(
        default_factory=list,
        repr=False,
        description="Nơi nhận: `imaps://user:pass@host`, `imap+starttls://...`, `maildir:///...`, "
        "`drop:///...`, cách nhau bằng dấu cách (dấu cách trong đường dẫn ghi là `%20`); để trống: "
        "`mailbox/` và `drop/` trong DATA_DIR",
    )
    mailbox_password: SecretStr = Field(
        SecretStr(""), description="Mật khẩu hộp thư IMAP, khi không viết trong địa chỉ"
    )
    mailbox_token_file: Path | None = Field(
        None,
        description="Tệp chứa mã truy cập OAuth2 của hộp thư, do chương trình khác làm mới; "
        "đọc lại ở mỗi lần kết nối",
    )
    mailbox_ca_file: Path | None = Field(
        None,
        description="Chứng thư gốc (PEM) của máy chủ thư; để trống: các tổ chức hệ điều hành tin",
    )
    mailbox_folder: str = Field(
        "INBOX", min_length=1, description="Thư mục thư đến (IMAP); `/` ngăn các cấp"
    )
    mailbox_processed: str = Field(
        "Da-xu-ly", min_length=1, description="Thư mục thư đã nhận (IMAP), được tạo khi chưa có"
    )
    mailbox_too_large: str = Field(
        "Qua-lon",
        min_length=1,
        description="Thư mục thư lớn hơn MAX_MESSAGE_MB (IMAP): chỉ đọc phần đầu thư",
    )
    mailbox_seconds: float = Field(
        60.0, gt=0, description="Chờ mỗi trả lời của máy chủ thư bao nhiêu giây"
    )
    smtp_url: str = Field(
        "",
        repr=False,
        description="Máy chủ gửi: `smtps://user:pass@host`, `smtp+starttls://...`; "
        "để trống khi `demo`, `serve`: hộp thư thử trên máy",
    )
    smtp_ca_file: Path | None = Field(
        None,
        description="Chứng thư gốc (PEM) của máy chủ gửi thư; để trống: các tổ chức hệ điều hành "
        "tin",
    )
    smtp_connections: int = Field(
        2, ge=1, le=16, description="Số kết nối cùng lúc tới máy chủ gửi thư"
    )
    smtp_letters_per_minute: int | None = Field(
        None,
        ge=0,
        description="Số thư gửi nhiều nhất trong một phút; `0`: không giới hạn; để trống: hai thư "
        "cho mỗi cơ quan trong danh bạ, ít nhất 60",
    )
    guest_list: Annotated[list[str], NoDecode] = Field(
        default_factory=list,
        description="Chỉ những địa chỉ (hoặc `@tên.miền`) này được gửi thư tới, cách nhau bằng "
        "dấu cách; bắt buộc khi chưa chạy thật (`development`) mà gửi qua máy chủ thư: ở máy "
        "khác, hoặc ở máy này với cổng 25, 465, 587",
    )
    own_copy: str = Field(
        "",
        description="Địa chỉ nhận bản sao (Bcc) mọi thư đi, phải về hộp thư nhận báo cáo; "
        "nhờ đó biết thư chưa rõ kết quả đã đi hay chưa",
    )
    authserv_id: str = Field(
        "",
        description="Tên mà máy chủ thư của Văn phòng ghi trong `Authentication-Results`; đặt rồi "
        "thì thư không được máy chủ xác nhận người gửi đều chờ người xem",
    )
    answers_per_day: int | None = Field(
        None,
        ge=1,
        description="Số thư trả lời tự động nhiều nhất một ngày; kết quả kiểm tra vượt số này "
        "được gửi ngày sau; để trống: 20 thư cho mỗi cơ quan trong danh bạ, ít nhất 1000",
    )
    own_copy_minutes: int = Field(
        60, ge=1, description="Chờ bản sao của thư chưa rõ kết quả bao nhiêu phút"
    )
    secret_key: SecretStr = Field(
        SecretStr(DEVELOPMENT_KEY),
        description="Khóa ký mã nhận dạng của sổ báo cáo, từ 32 ký tự; bắt buộc đặt riêng khi "
        "chạy thật",
    )
    office_address: str = Field(
        "baocao@ubnd.haiphong.example",
        description="Địa chỉ hộp thư nhận báo cáo (phải nhận được địa chỉ phụ `+...`)",
    )
    office_name: str = Field(
        "Văn phòng Ủy ban nhân dân thành phố Hải Phòng",
        min_length=1,
        description="Tên người gửi trên thư",
    )
    summary_to: Annotated[list[str], NoDecode] = Field(
        default_factory=lambda: ["lanhdao.vanphong@ubnd.haiphong.example"],
        description="Nơi nhận thư tổng hợp và danh sách chậm báo cáo, cách nhau bằng dấu cách",
    )
    operator_to: Annotated[list[str], NoDecode] = Field(
        default_factory=list,
        description="Nơi nhận thư báo động, thư nhắc duyệt, thư việc hôm nay, cách nhau bằng dấu "
        "cách; để trống: như SUMMARY_TO",
    )
    summary_approval: SummaryApproval = Field(
        SummaryApproval.OFF,
        description="Thư tổng hợp: `off` gửi ngay, `wait` chờ người duyệt (luồng approve-summary)",
    )
    summary_hours: int = Field(
        24, ge=2, le=720, description="Chờ duyệt thư tổng hợp bao nhiêu giờ; nhắc ở nửa thời gian"
    )
    summary_unanswered: UnansweredRule = Field(
        UnansweredRule.HOLD,
        description="Hết giờ chờ duyệt mà không ai quyết định: `send` gửi, `hold` giữ lại",
    )
    config_dir: Path = Field(CONFIG_DIR, description="Thư mục cấu hình của Văn phòng")
    contacts_file: Path | None = Field(
        None, description="Danh bạ thật của Văn phòng (CSV); để trống: `config/contacts.csv`"
    )
    workers: int = Field(
        1,
        ge=1,
        le=64,
        description="Số máy cùng nhận và gửi thư một lúc; từ 2 thì cần PostgreSQL "
        "([docs/nhieu-may.md](docs/nhieu-may.md))",
    )
    reader_workers: int = Field(2, ge=1, le=64, description="Số tiến trình đọc tệp")
    reader_memory_mb: int = Field(
        1024, ge=256, description="Giới hạn bộ nhớ của mỗi tiến trình đọc, MB"
    )
    reader_seconds: float = Field(
        20.0, gt=0, description="Giới hạn thời gian bộ xử lý dùng để đọc một tệp, giây"
    )
    max_message_mb: int = Field(40, ge=1, description="Cỡ thư lớn nhất được xử lý, MB")
    backup_dir: Path | None = Field(
        None,
        description="Thư mục sao lưu hằng ngày, ngoài DATA_DIR, chỉ người chạy mở được; để trống: "
        "không sao lưu theo lịch",
    )
    backup_keep: int = Field(14, ge=1, description="Giữ bao nhiêu bản sao lưu mới nhất")
    uncertain_letters: UncertainRule = Field(
        UncertainRule.HOLD,
        description="Thư không rõ đã đến hay chưa: `hold` chờ người xem, "
        "`resend` gửi lại cùng Message-ID",
    )

    @field_validator("mailbox_url", "summary_to", "operator_to", "guest_list", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return value.split() if isinstance(value, str) else value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < 32:
            raise ValueError("phải dài từ 32 ký tự")
        return value

    @field_validator("mailbox_folder", "mailbox_processed", "mailbox_too_large")
    @classmethod
    def _folder_name(cls, value: str) -> str:
        if not value.isprintable() or set("*%") & set(value) or value.strip(" /") != value:
            raise ValueError("phải là tên thư mục, không có ký tự điều khiển, `*` hay `%`")
        return unicodedata.normalize("NFC", value)

    @model_validator(mode="after")
    def _three_folders(self) -> Self:
        names = {self.mailbox_folder, self.mailbox_processed, self.mailbox_too_large}
        if len(names) < 3:
            raise ValueError(
                "BAOCAO_MAILBOX_FOLDER, BAOCAO_MAILBOX_PROCESSED, BAOCAO_MAILBOX_TOO_LARGE: "
                "phải là ba thư mục khác nhau"
            )
        return self

    @field_validator("smtp_url")
    @classmethod
    def _known_scheme(cls, value: str) -> str:
        if not value:
            return value
        if urlsplit(value).scheme not in {"smtp", "smtps", "smtp+starttls"}:
            raise ValueError("phải bắt đầu bằng smtp://, smtps:// hoặc smtp+starttls://")
        try:
            _ = urlsplit(value).port  # raises
        except ValueError:
            raise ValueError("cổng phải là số từ 1 đến 65535") from None
        if not urlsplit(value).hostname:
            raise ValueError("thiếu tên máy chủ, ví dụ smtps://tên@máy-chủ")
        return value

    @field_validator("office_address")
    @classmethod
    def _one_address(cls, value: str) -> str:
        if not ADDRESS.fullmatch(value) or "+" in value:
            raise ValueError("phải là một địa chỉ thư không dấu, không có phần `+`")
        return value.lower()

    @field_validator("office_name")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueError("phải là một dòng, không có ký tự điều khiển")
        return value

    @field_validator("authserv_id")
    @classmethod
    def _one_name(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9._-]*", value):
            raise ValueError("phải là một tên máy chủ, ví dụ mx.haiphong.example")
        return value.lower()

    @field_validator("guest_list")
    @classmethod
    def _guests(cls, value: list[str]) -> list[str]:
        wrong = [
            guest
            for guest in value
            if not ADDRESS.fullmatch(f"x{guest}" if guest.startswith("@") else guest)
        ]
        if wrong:
            raise ValueError(f"phải là địa chỉ thư hoặc @tên.miền: {', '.join(wrong)}")
        return value

    @field_validator("own_copy")
    @classmethod
    def _address_or_nothing(cls, value: str) -> str:
        if value and not _is_address(value):
            raise ValueError("phải là một địa chỉ thư")
        return value.lower()

    @field_validator("summary_to")
    @classmethod
    def _addresses(cls, value: list[str]) -> list[str]:
        wrong = [text for text in value if not _is_address(text)]
        if wrong or not value:
            named = f": {', '.join(wrong)}" if wrong else ""
            raise ValueError(f"phải là những địa chỉ thư, cách nhau bằng dấu cách{named}")
        return [address.lower() for address in value]

    @field_validator(
        "answers_per_day",
        "backup_dir",
        "contacts_file",
        "mailbox_ca_file",
        "mailbox_token_file",
        "smtp_ca_file",
        "smtp_letters_per_minute",
        mode="before",
    )
    @classmethod
    def _left_empty(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("data_dir", "config_dir", mode="before")
    @classmethod
    def _never_the_working_directory(cls, value: object, info: ValidationInfo) -> object:
        """A variable that is set to nothing is as one that is not set, and no path."""
        return cls.model_fields[str(info.field_name)].default if value == "" else value

    @field_validator("config_dir")
    @classmethod
    def _directory(cls, value: Path) -> Path:
        if not value.is_dir():
            raise ValueError("không có thư mục này")
        return value

    @field_validator("contacts_file")
    @classmethod
    def _file(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            raise ValueError("không có tệp này")
        return value

    @model_validator(mode="after")
    def _store_without_a_key(self) -> Self:
        if self.store_url and (fault := store_fault(self.store_url, self.data_dir)):
            raise ValueError(f"BAOCAO_STORE_URL: {fault}")
        return self

    @model_validator(mode="after")
    def _nothing_leaves_a_rehearsal(self) -> Self:
        host = urlsplit(self.smtp_url).hostname or ""
        rehearsal = self.environment is not Environment.PRODUCTION
        if rehearsal and host and not is_catcher(self.smtp_url) and not self.guest_list:
            raise ValueError(
                f"BAOCAO_GUEST_LIST: chưa chạy thật (BAOCAO_ENVIRONMENT={self.environment.value}) "
                f"mà gửi qua {host}: phải liệt kê những địa chỉ được phép gửi tới, không thư nào "
                "khác rời hệ thống"
            )
        if self.own_copy and self.guest_list and not permitted(self.own_copy, self.guest_list):
            raise ValueError("BAOCAO_OWN_COPY: địa chỉ này không có trong BAOCAO_GUEST_LIST")
        return self

    @model_validator(mode="after")
    def _no_default_secret_in_production(self) -> Self:
        production = self.environment is Environment.PRODUCTION
        if production and self.secret_key.get_secret_value() == DEVELOPMENT_KEY:
            raise ValueError(
                "BAOCAO_SECRET_KEY: chạy thật phải có khóa riêng, không dùng khóa thử nghiệm"
            )
        return self

    @model_validator(mode="after")
    def _one_worker_on_a_file(self) -> Self:
        if self.workers > 1 and self.database.startswith("sqlite"):
            raise ValueError(
                "BAOCAO_WORKERS: nhiều máy cùng nhận và gửi thư thì cần PostgreSQL "
                "(BAOCAO_DATABASE_URL)"
            )
        return self

    @property
    def secret(self) -> bytes:
        """The signing key."""
        return self.secret_key.get_secret_value().encode()

    @property
    def database(self) -> str:
        """The database's URL, the embedded one where none is set."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'baocao.sqlite').resolve()}"

    @property
    def mailboxes(self) -> list[str]:
        """Where to collect from."""
        if self.mailbox_url:
            return self.mailbox_url
        base = self.data_dir.resolve()
        return [folder_url("maildir", base / "mailbox"), folder_url("drop", base / "drop")]

    @property
    def raw_dir(self) -> Path:
        """The content-addressed store."""
        return self.data_dir / "raw"

    @property
    def secrets_set(self) -> list[str]:
        """The settings that hold a secret and are set, by name: no backup holds them."""
        named = {
            "secret_key": True,
            "mailbox_password": bool(self.mailbox_password.get_secret_value()),
            "mailbox_token_file": self.mailbox_token_file is not None,
            "mailbox_url": any(urlsplit(url).password for url in self.mailbox_url),
            "smtp_url": bool(urlsplit(self.smtp_url).password),
            "database_url": bool(urlsplit(self.database_url).password),
            "worker_token": bool(self.worker_token.get_secret_value()),
            "serve_key": self.serve_key is not None,
        }
        return [f"{PREFIX}{name.upper()}" for name, is_set in named.items() if is_set]

    @property
    def output_dir(self) -> Path:
        """Consolidated workbooks by name, for people."""
        return self.data_dir / "output"


#: What a mail server listens on, and no catcher of test mail: such a server hands on to the world.
_MAIL_PORTS = (None, 25, 465, 587)


def is_catcher(smtp_url: str) -> bool:
    """Whether an address leads to a program on this machine that is no mail server."""
    parts = urlsplit(smtp_url)
    return is_this_machine(parts.hostname or "") and parts.port not in _MAIL_PORTS


def _is_address(text: str) -> bool:
    local, _, domain = text.partition("@")
    return bool(local) and "." in domain and "@" not in domain and text.isprintable()


def folder_url(scheme: str, folder: Path) -> str:
    """The address of a folder; what an address cannot hold is escaped, spaces above all.

    >>> folder_url("drop", Path("/srv/báo cáo"))
    'drop:///srv/b%C3%A1o%20c%C3%A1o'
    """
    return f"{scheme}://{quote(str(folder))}"


def load_settings(**overrides: object) -> Settings:
    """The settings. Raises ConfigurationFault with one sentence per wrong setting, naming it."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        faults = fault_sentences(error, PREFIX)
    except UnicodeDecodeError:
        faults = [".env: không phải UTF-8; đề nghị lưu tệp với bảng mã UTF-8"]
    raise ConfigurationFault(faults)


def settings_table() -> str:
    """The settings as a Markdown table."""
    lines = ["| Biến môi trường | Mặc định | Ý nghĩa |", "|---|---|---|"]
    door = DoorSettings.model_fields
    for name, field in sorted(Settings.model_fields.items(), key=lambda item: item[0] in door):
        default = field.get_default(call_default_factory=True)
        shown = {"config_dir": "`config/`", "secret_key": "khóa thử nghiệm"}.get(name)
        if shown is None:
            text = " ".join(default) if isinstance(default, list) else str(default or "")
            shown = f"`{text}`" if text else ""
        lines.append(f"| `BAOCAO_{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(lines)

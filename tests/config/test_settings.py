"""Settings are checked at start; a rehearsal cannot be set up so that letters escape."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.data_folder import data_folder
from config.setting_faults import strangers
from config.settings import PREFIX, Settings, load_settings
from models.domain.errors import ConfigurationFault

REAL = "smtps://u:mat-khau@mail.haiphong.example"
WRONG = [
    ("summary_to", "nonsense", "địa chỉ thư"),
    ("summary_to", "", "địa chỉ thư"),
    ("summary_to", "a@b.example c", "c (đang là"),
    ("reader_workers", "x", "phải là số nguyên (đang là «x»)"),
    ("reader_workers", "1.5", "phải là số nguyên"),
    ("reader_workers", "0", "phải từ 1 trở lên"),
    ("reader_workers", "65", "không được quá 64"),
    ("reader_seconds", "0,5", "phần lẻ sau dấu chấm"),
    ("reader_seconds", "-1", "phải lớn hơn 0"),
    ("environment", "prod", "dùng được: development, production"),
    ("office_name", "", "còn trống"),
    ("config_dir", "/khong/co", "không có thư mục này (đang là «/khong/co»)"),
    ("smtp_url", "smtp:/mail.so.example", "thiếu tên máy chủ"),
    ("smtp_url", "smtp://127.0.0.1:99999", "cổng phải là số từ 1 đến 65535"),
    ("contacts_file", "/khong/co.csv", "không có tệp này"),
    ("store_url", "memory://kho", "phải bắt đầu bằng s3:// hoặc file:///"),
    ("store_url", "s3://", "thiếu tên kho"),
    ("store_url", "s3:///thu-muc", "thiếu tên kho"),
    ("store_url", "s3://[kho", "không hiểu địa chỉ này"),
    ("store_url", "file://mnt/kho", "đường dẫn đầy đủ"),
    ("store_url", "file:///", "đường dẫn đầy đủ"),
    ("store_url", f"file://{Path('data').resolve()}/kho", "phải tách rời nhau"),
    ("store_url", f"file://{Path('data').resolve().parent}", "phải tách rời nhau"),
    ("store_cache_mb", "10", "phải từ 100 trở lên"),
]
CATCHERS = ["smtp://127.0.0.1:1025", "smtp://localhost:2525", "smtp://[::1]:8025", ""]
RELAYS = [
    "smtp://localhost",
    "smtp://127.0.0.1:25",
    "smtp+starttls://[::1]:587",
    "smtps://localhost",
]


def faults(**settings: object) -> list[str]:
    with pytest.raises(ConfigurationFault) as raised:
        load_settings(**settings)
    return list(raised.value.faults)


def test_a_rehearsal_through_a_real_server_needs_a_guest_list() -> None:
    (told,) = faults(smtp_url=REAL)
    assert told.startswith("BAOCAO_GUEST_LIST: ") and "mail.haiphong.example" in told
    assert "mat-khau" not in told
    assert load_settings(smtp_url=REAL, guest_list="thu@so.example @vp.example").guest_list == [
        "thu@so.example", "@vp.example",
    ]  # fmt: skip


@pytest.mark.parametrize("url", CATCHERS)
def test_with_a_mail_catcher_on_this_machine_it_needs_none(url: str) -> None:
    assert load_settings(smtp_url=url).guest_list == []


@pytest.mark.parametrize("url", RELAYS)
def test_a_mail_server_on_this_machine_hands_on_to_the_world(url: str) -> None:
    assert faults(smtp_url=url)[0].startswith("BAOCAO_GUEST_LIST: ")
    assert load_settings(smtp_url=url, guest_list="@so.example").guest_list


def test_a_host_that_only_sounds_like_this_machine_is_another() -> None:
    assert faults(smtp_url="smtps://localhost.haiphong.example")


def test_in_production_everybody_may_be_written_to() -> None:
    settings = load_settings(smtp_url=REAL, environment="production", secret_key="k" * 32)
    assert settings.guest_list == []


@pytest.mark.parametrize("wrong", ["so.example", "thu@", "@", "thu", "thu@so"])
def test_a_guest_is_an_address_or_a_domain(wrong: str) -> None:
    (told,) = faults(guest_list=f"a@b.example {wrong}")
    assert told.startswith("BAOCAO_GUEST_LIST: ") and wrong in told


def test_the_own_copy_is_a_guest_too() -> None:
    (told,) = faults(own_copy="kho@khac.example", guest_list="@so.example")
    assert told.startswith("BAOCAO_OWN_COPY: ")
    assert load_settings(own_copy="kho@so.example", guest_list="@so.example").own_copy


@pytest.mark.parametrize("wrong", ["kho", "@so.example", "kho@"])
def test_the_own_copy_is_an_address(wrong: str) -> None:
    assert faults(own_copy=wrong)[0].startswith("BAOCAO_OWN_COPY: ")


@pytest.mark.parametrize(("name", "value", "said"), WRONG)
def test_a_wrong_setting_is_named_with_what_it_must_be(name: str, value: str, said: str) -> None:
    (told,) = faults(**{name: value})
    assert told.startswith(f"BAOCAO_{name.upper()}: ")
    assert said in told


def test_a_secret_is_not_repeated() -> None:
    (told,) = faults(secret_key="mat-khau-ngan")
    assert "mat-khau-ngan" not in told


def test_a_file_left_empty_is_no_file() -> None:
    assert load_settings(contacts_file="").contacts_file is None


@pytest.mark.parametrize("wrong", ["bao cao@so.example", "báocáo@so.example", "a+b@so.example", ""])
def test_the_offices_address_can_stand_in_an_envelope(wrong: str) -> None:
    assert faults(office_address=wrong)[0].startswith("BAOCAO_OFFICE_ADDRESS: ")


def test_the_offices_name_is_one_line() -> None:
    assert faults(office_name="Văn phòng\r\nBcc: x@y.example")[0].startswith("BAOCAO_OFFICE_NAME: ")


@pytest.mark.parametrize("token", ["mật-khẩu" * 5, "hai chữ " * 5, "ngan", "a" * 40 + "\n"])
def test_a_token_that_is_no_header_or_can_be_guessed_is_refused_without_being_told(
    token: str,
) -> None:
    (told,) = faults(worker_token=token)
    assert told.startswith("BAOCAO_WORKER_TOKEN: ") and "ASCII" in told
    assert token not in told
    assert "x" * 40 not in repr(load_settings(worker_token="x" * 40))


def test_the_door_is_not_opened_to_the_network_in_plain_text(tmp_path: Path) -> None:
    (told,) = faults(serve_host="0.0.0.0")
    assert told.startswith("BAOCAO_SERVE_HOST: ")
    assert "BAOCAO_SERVE_CERTIFICATE" in told and "BAOCAO_SERVE_PROXIES" in told
    file = tmp_path / "khoa.pem"
    (told,) = faults(serve_host="0.0.0.0", serve_certificate=file)
    assert told.startswith("BAOCAO_SERVE_CERTIFICATE: ")
    file.write_text("")
    (told,) = faults(serve_host="0.0.0.0", serve_certificate=file)
    assert "phải đặt cả hai" in told
    assert load_settings(serve_host="0.0.0.0", serve_certificate=file, serve_key=file)
    assert load_settings(serve_host="10.1.2.3", serve_proxies="10.1.2.2 ::1").serve_proxies == [
        "10.1.2.2",
        "::1",
    ]
    assert load_settings(serve_host="127.0.0.1").serve_host == "127.0.0.1"


@pytest.mark.parametrize("wrong", ["http://dieu-hanh", "dieu-hanh:4200", "tên.máy", "*", "-a"])
def test_a_name_of_the_door_is_a_host_and_nothing_more(wrong: str) -> None:
    (told,) = faults(serve_names=wrong)
    assert told.startswith("BAOCAO_SERVE_NAMES: ") and wrong in told


def test_a_proxy_is_named_by_its_address() -> None:
    (told,) = faults(serve_proxies="proxy.van-phong.example")
    assert told.startswith("BAOCAO_SERVE_PROXIES: ")


@pytest.mark.parametrize("name", ["mailbox_folder", "mailbox_processed", "mailbox_too_large"])
@pytest.mark.parametrize("wrong", ["", "a*", "100%", "a\r\nb", "/a", "a ", "a/"])
def test_a_folder_of_the_mailbox_bears_a_name_that_a_server_can_have(name: str, wrong: str) -> None:
    (told,) = faults(**{name: wrong})
    assert told.startswith(f"BAOCAO_{name.upper()}: ")


def test_a_mailboxs_folders_are_three() -> None:
    (told,) = faults(mailbox_processed="INBOX")
    assert "BAOCAO_MAILBOX_PROCESSED" in told and "ba thư mục khác nhau" in told
    assert load_settings(mailbox_processed="Đã xử lý").mailbox_processed == "Đã xử lý"


def test_addresses_with_passwords_do_not_show_where_settings_are_printed() -> None:
    settings = load_settings(
        mailbox_url="imaps://u:mat-khau-1@mail.example",
        mailbox_password="mat-khau-2",
        database_url="postgresql+psycopg://u:mat-khau-3@db.example/b",
        smtp_url="smtp://u:mat-khau-4@127.0.0.1:1025",
    )
    assert settings.mailboxes == ["imaps://u:mat-khau-1@mail.example"]
    assert "mat-khau" not in repr(settings) and "mat-khau" not in str(settings)


def test_a_folder_that_is_set_to_nothing_is_never_the_working_directory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("DATA_DIR", "CONFIG_DIR"):
        monkeypatch.setenv(f"BAOCAO_{name}", "")
    settings = load_settings()
    assert settings.data_dir == Path("data")
    assert (settings.config_dir / "cycles.toml").exists()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("BAOCAO_SMPT_URL", "; có phải BAOCAO_SMTP_URL?"),
        ("baocao_backup_dirs", "; có phải BAOCAO_BACKUP_DIR?"),
        ("BAOCAO_HOI_DONG_NHAN_DAN", "không có tác dụng."),
        ("BAOCAO_SMTP_URL", ""),
        ("baocao_smtp_url", ""),
        ("BAOCAO_TEST_POSTGRES_URL", ""),
        ("SMTP_URL", ""),
    ],
)
def test_a_variable_that_is_no_setting_is_told_with_what_may_be_meant(name: str, told: str) -> None:
    said = strangers([name], Settings, PREFIX)
    assert bool(said) == bool(told)
    assert all(one.startswith(f"{name.upper()}: ") and one.endswith(told) for one in said)


@pytest.mark.parametrize(
    "url", ["s3://AKIA:mat-khau@kho/x", "s3://AKIA@kho", "s3://kho/x?secret=mat-khau"]
)
def test_a_shared_store_with_a_key_in_its_address_is_refused_and_the_key_not_repeated(
    url: str,
) -> None:
    (told,) = faults(store_url=url)
    assert told.startswith("BAOCAO_STORE_URL: không được có") and "môi trường" in told
    assert "mat-khau" not in told and "AKIA" not in told


@pytest.mark.parametrize("url", ["", "s3://kho", "s3://kho/hai-phong", "file:///mnt/kho chung"])
def test_a_store_is_this_machines_own_or_one_that_can_be_shared(url: str) -> None:
    assert load_settings(store_url=url).store_url == url


@pytest.mark.parametrize("told", [None, "", "dữ liệu", "/srv/báo cáo", " "])
@pytest.mark.parametrize("where", ["BAOCAO_DATA_DIR", "baocao_data_dir", ".env"])
def test_the_data_folder_read_alone_is_that_of_all_settings(
    told: str | None, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if told is not None and where == ".env":
        Path(where).write_text(f'BAOCAO_DATA_DIR="{told}"\n')
    elif told is not None:
        monkeypatch.setenv(where, told)
    assert data_folder() == load_settings().data_dir
    monkeypatch.setenv("BAOCAO_WORKERS", "nhiều")  # which says nothing of the folder
    assert data_folder() == Path(told or "data")
    Path(".env").write_bytes(b"BAOCAO_DATA_DIR=\xff\n")
    assert data_folder() is None

"""The mail administrator's page says what the program and the tried servers do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import flows.cli.doctor_mail
import flows.cli.doctor_smtp
import tasks.adapters.mailbox.imap_probe
import tasks.adapters.mailbox.observations
import tasks.adapters.post.smtp_probe
from config.settings import Settings
from models.domain.mail.delivery import RULES, Fate, SmtpStage
from tests.servers import dovecot, postfix

PAGE = Path(__file__).parents[1] / "docs" / "quan-tri-thu.md"
STAGES = {
    SmtpStage.CONNECT: "kết nối",
    SmtpStage.TLS: "TLS",
    SmtpStage.LOGIN: "đăng nhập",
    SmtpStage.MAIL: "MAIL",
    SmtpStage.RCPT: "RCPT",
    SmtpStage.DATA: "DATA",
    SmtpStage.CONTENT: "nội dung",
    SmtpStage.DOT: "sau dấu chấm cuối",
}
FATES = {
    Fate.TAKEN: "đã gửi",
    Fate.AGAIN: "gửi lại",
    Fate.FINAL: "thôi gửi, báo Văn phòng",
    Fate.UNCERTAIN: "chưa rõ",
    Fate.STOP: "dừng lần chạy",
}


def rulings_table() -> str:
    """What a server's answer means, as the page shows it."""
    lines = ["| Lúc | Mã trả lời | Mã mở rộng | Nghĩa là | Thư ra sao |", "|---|---|---|---|---|"]
    for rule in RULES:
        stages = ", ".join(name for stage, name in STAGES.items() if stage in rule.stages)
        code = rule.codes.replace(r"\d", "x").replace("x{3}", "xxx").replace("xxx", "mọi mã khác")
        code = {"000": "không có", "53[058]": "530, 535, 538"}.get(code, code)
        extended = rule.extended.replace("\\", "").replace("d+", "x").replace("|", ", ")
        if rule.words:
            words = rule.words.removeprefix(chr(92) + "b").replace(" ?", " ").replace("|", "», «")
            extended = f"có chữ «{words}»"
        fate = FATES[rule.fate]
        lines.append(f"| {stages} | {code} | {extended} | {rule.reason} | {fate} |")
    return "\n".join(lines)


def test_the_page_shows_what_every_answer_of_a_server_means() -> None:
    shown = re.search(r"<!-- rulings -->\n(.*)<!-- /rulings -->", PAGE.read_text(), re.S)
    assert shown is not None
    assert shown[1].strip() == rulings_table(), "paste rulings_table() between the marks"


def test_every_setting_it_names_exists_and_every_one_of_mail_is_named() -> None:
    named = set(re.findall(r"BAOCAO_([A-Z_]+[A-Z])", PAGE.read_text()))
    settings = {name.upper() for name in Settings.model_fields}
    assert named <= settings
    of_mail = {s for s in settings if s.startswith(("MAILBOX_", "SMTP_", "OWN_COPY"))}
    assert of_mail - {"MAILBOX_SECONDS"} <= named


@pytest.mark.parametrize("server", ["postfix", "dovecot"])
def test_its_examples_are_lines_of_the_servers_that_were_run(server: str) -> None:
    module = {"postfix": postfix, "dovecot": dovecot}[server]
    assert module.__file__ is not None
    source = Path(module.__file__).read_text()
    tried = source.replace("{{", "{").replace("}}", "}").replace("{{", "{").replace("}}", "}")
    tried = tried.replace("{own_claim}", OWN_CLAIM)
    blocks = re.findall(rf"```{server}\n(.*?)```", PAGE.read_text(), re.S)
    assert blocks
    for line in "".join(blocks).splitlines():
        assert line.strip().replace("{{", "{").replace("}}", "}") in tried, line


OWN_CLAIM = "/^Authentication-Results:.*mail[.]ubnd[.]haiphong[.]example/"


def test_every_subject_of_the_doctor_is_explained() -> None:
    modules = (
        flows.cli.doctor_mail, flows.cli.doctor_smtp, tasks.adapters.mailbox.imap_probe,
        tasks.adapters.post.smtp_probe, tasks.adapters.mailbox.observations,
    )  # fmt: skip
    said = "".join(Path(str(module.__file__)).read_text() for module in modules)
    chapter = PAGE.read_text().partition("## `baocao doctor`")[2].partition("\n## ")[0]
    subjects = re.findall(r"^\| ([^|]+) \|", chapter, re.M)[1:]
    subjects = [s for s in subjects if not set(s) <= {"-"}]
    assert len(subjects) > 8
    for subject in subjects:
        assert f'"{subject}"' in said, subject

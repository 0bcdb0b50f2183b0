"""Killed with SIGKILL at every step of an intake and run again, the end is the same.

The steps are all boundaries of an intake and a delivery: before and after each commit, each keeping
of bytes, each IMAP command, each move in the mailbox, each reading, marking and claiming, each word
to the mail server and each of its answers. `make kills` tries all of them; the tests every so many.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from models.domain.mail.mail import LetterState, MessageState
from tasks.adapters.mailbox.inbox import PROCESSED
from tasks.adapters.mailbox.maildir import deliver as put_into_maildir
from tasks.adapters.mailbox.maildir import make_maildir
from tasks.adapters.post.mail_catcher import MailCatcher
from tasks.adapters.post.posting import deliver
from tasks.adapters.simulation.answers import answers_of
from tasks.adapters.simulation.filling import FilledWorkbook
from tasks.adapters.store import messages, outbox
from tasks.adapters.work import opening
from tests.fixtures.letters_written import every_letter
from tests.flows.kill_grounds import (
    AGAIN,
    NOW,
    OPENED,
    PARALLEL,
    Forks,
    Ground,
    Scene,
    built_ground,
    kill_points,
)
from tests.servers.mail_ground import Mailboxes, many_mailboxes, why_no_real_mailbox


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    made = Forks(PARALLEL)
    yield made
    made.close()


def build(scene: Scene) -> None:
    """Six agencies were asked; eight messages of every fate wait in mailbox and drop folder."""
    make_maildir(scene.folder / "mailbox")
    (scene.folder / "drop").mkdir()
    with scene.workplace(OPENED) as workplace:
        cycle = workplace.office.cycle("2025-plan")
        form = workplace.office.form_of(cycle)
        codes = ["syt", "sdl", "stp", "ubnd_le_chan", "stc", "ubnd_kien_an"]
        opening.ask(workplace, cycle, [workplace.office.register.agencies[c] for c in codes])
        with workplace.engine.begin() as connection:
            letters = {row.agency: row for row in every_letter(connection)}
            # Their opening letters left long ago: only the answers are to be counted.
            connection.execute(outbox.LETTER.update().values(state=LetterState.SENT.value))

        def filled(code: str, *, faulty: bool = False) -> bytes:
            book = FilledWorkbook(workplace.raw_store.get(letters[code].files[0]["sha256"]), form)
            book.fill(
                answers_of(workplace.office, cycle, workplace.office.register.agencies[code], 1)
            )
            if faulty:
                book.write("details", "", "plan_number", None)
            return book.save(OPENED)

        def mail(number: int, sender: str, to: str, name: str, content: bytes, **head: str) -> None:
            message = EmailMessage()
            message["From"] = workplace.office.register.contacts[sender].to[0]
            message["To"] = letters[to].reply_to
            message["Subject"] = f"Gửi kế hoạch {number}"
            message["Message-ID"] = f"<{number}@agency.example>"
            for key, value in head.items():
                message[key.replace("_", "-")] = value
            message.set_content("Kính gửi Văn phòng.")
            message.add_attachment(
                content, maintype="application", subtype="octet-stream", filename=name
            )
            arrived = OPENED + dt.timedelta(days=10, minutes=number)
            put_into_maildir(scene.folder / "mailbox", message.as_bytes(), arrived)

        mail(1, "syt", "syt", "Kế hoạch.xlsx", filled("syt"))
        mail(2, "sdl", "sdl", "Kế hoạch.xlsx", filled("sdl", faulty=True))
        mail(3, "stp", "stp", "Sổ của nơi khác.xlsx", filled("sdl"))
        mail(4, "ubnd_le_chan", "ubnd_le_chan", "Kế hoạch.pdf", b"%PDF-1.7\n" + b"x" * 2000)
        mail(5, "syt", "syt", "Kế hoạch gửi lại.xlsx", filled("syt"))
        mail(6, "stc", "stc", "a.txt", b"Toi di vang", Auto_Submitted="auto-replied")
        mail(7, "sdl", "sdl", "Kế hoạch sửa.xlsx", filled("sdl"))
        handed_in = scene.folder / "drop" / "2025-plan_ubnd_kien_an.xlsx"
        handed_in.write_bytes(filled("ubnd_kien_an"))
        os.utime(handed_in, (OPENED.timestamp(), OPENED.timestamp()))


FATES = Counter(
    {
        MessageState.ACCEPTED.value: 3,
        MessageState.RETURNED.value: 1,
        MessageState.HELD.value: 1,
        MessageState.GUIDED.value: 1,
        MessageState.DUPLICATE.value: 1,
        MessageState.AUTOMATIC.value: 1,
    }
)


BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
IMAP_SERVER = "pymap" if why_no_real_mailbox() else "dovecot"


@pytest.fixture(params=BOTH)
def ground(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ground]:
    with built_ground(request, tmp_path, build) as made:
        yield made


#: Opens the place where a scene's mail arrives: nothing to do for its own Maildir.
Arrivals = Callable[[Scene], AbstractContextManager[None]]


@pytest.fixture(params=["maildir", IMAP_SERVER])
def arrivals(request: pytest.FixtureRequest) -> Iterator[Arrivals]:
    if request.param == "maildir":
        yield lambda _scene: nullcontext()
        return
    with many_mailboxes() as mailboxes:
        yield lambda scene: moved_to_server(scene, mailboxes)


@contextmanager
def moved_to_server(scene: Scene, mailboxes: Mailboxes) -> Iterator[None]:
    """The scene with the mail of its Maildir in a mailbox of a server instead."""
    with mailboxes() as mailbox:
        contents: Counter[bytes] = Counter()
        for path in sorted((scene.folder / "mailbox" / "new").iterdir(), key=_delivered):
            content = path.read_bytes().replace(b"\n", b"\r\n")  # as it is on a server
            mailbox.put(content, dt.datetime.fromtimestamp(_delivered(path), dt.UTC))
            contents[content] += 1
        scene.rules = {"mailboxes": [mailbox.url(), f"drop://{scene.folder / 'drop'}"]}
        yield
        kept: Counter[bytes] = Counter()
        for (folder, content), number in mailbox.holdings().items():
            assert folder == PROCESSED
            kept[content] += number
        assert kept == contents, "the mailbox lost or doubled a message"


def _delivered(path: Path) -> float:
    return path.stat().st_mtime


@pytest.fixture(scope="module")
def tally(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """What all tests of this module did, told at their end."""
    counted: Counter[str] = Counter()
    yield counted
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        sys.stdout.write(f"\n{counted['boundaries']} boundaries, {counted['kills']} kills in all\n")


def told(tally: Counter[str], capsys: pytest.CaptureFixture[str], where: str, *n: int) -> None:
    """Says and counts what one test did: so many boundaries, so many kills."""
    tally.update(boundaries=n[0], kills=n[1])
    with capsys.disabled():
        sys.stdout.write(f"\n{where}: {n[0]} boundaries, {n[1]} kills, none lost, none doubled\n")


@pytest.mark.slow
def test_a_run_killed_at_any_step_and_run_again_ends_as_if_never_killed(
    ground: Ground,
    arrivals: Arrivals,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
    tally: Counter[str],
) -> None:
    reference = ground.scene("reference")
    with MailCatcher(reference.folder / "sent") as catcher, arrivals(reference):
        first = request.node.callspec.id == "sqlite-maildir"  # as a person starts it
        run = reference.killed_run(catcher.url, 0, anew=first)
        assert run.returncode == 0, run.stderr.decode()
    total = int((reference.folder / "total").read_text())
    expected = reference.rows()
    assert Counter(m["state"] for m in expected["messages"]) == FATES
    letters = Counter(row[4] for key, row in expected["letters"].items() if "|opening" not in key)
    assert reference.sent() == letters and set(letters.values()) == {1}

    def try_point(point: int) -> str:
        scene = ground.scene(f"p{point}")
        with arrivals(scene):
            return fault_of(scene, point, expected, letters)

    with ThreadPoolExecutor(PARALLEL) as pool:
        faults = [fault for fault in pool.map(try_point, ground.points(total)) if fault]
    assert not faults, "\n".join(faults)
    where = f"intake and delivery, {request.node.callspec.id}"
    told(tally, capsys, where, total, len(ground.points(total)))


#: The last boundaries of a connection in the one moment that no program can close.
WINDOW = {
    "after claiming", "after transaction", "before writing to the mail server",
    "after the mail server's answer", "after sending", "before commit",
}  # fmt: skip


def where_connections_were(boundaries: Sequence[str]) -> list[str]:
    """The last boundary of each thread that sends, as the run was killed."""
    last: dict[str, str] = {}
    sending = set()
    for line in boundaries:
        passed, _, thread = line.partition("\t")
        last[thread] = passed.split(" ", 1)[1]
        if last[thread] == "before sending":
            sending.add(thread)
    return [last[thread] for thread in sending]


def fault_of(scene: Scene, point: int, expected: dict[str, Any], letters: Counter[str]) -> str:
    """What differs after a kill at `point` and a second run; empty for nothing."""
    with MailCatcher(scene.folder / "sent") as catcher:
        run = scene.killed_run(catcher.url, point)
        boundaries = (scene.folder / "passed").read_text().splitlines()
        passed = boundaries[-1].partition("\t")[0]
        # Connections share the letters as they come to them: a run may pass fewer boundaries than
        # the one that was counted, and is over before its last ones.
        is_over = run.returncode == 0 and len(boundaries) < point
        if run.returncode != -signal.SIGKILL and not is_over:
            return f"{passed}: not killed but {run.returncode}: {run.stderr.decode()[-300:]}"
        with scene.workplace(NOW, catcher.url) as workplace:
            kill_points.one_run(workplace)
        with scene.workplace(AGAIN, catcher.url) as workplace:
            deliver(workplace, 1000)  # by now a claim left behind is known to be dead
    if scene.rows() != expected:
        rows = scene.rows()
        return f"{passed}: the rows differ in {[k for k in rows if rows[k] != expected[k]]}"
    states, sent = scene.letter_states(), scene.sent()
    uncertain = {i for i, state in states.items() if state == LetterState.UNCERTAIN.value}
    doubled = [i for i, times in sent.items() if times > 1]
    lost = [i for i in letters if i not in sent and i not in uncertain]
    # Claimed, the final dot perhaps gone, outcome unrecorded.
    in_window = any(where in WINDOW for where in where_connections_were(boundaries))
    if doubled or lost or len(uncertain) > 1 or (uncertain and not in_window):
        return f"{passed}: doubled {doubled}, lost {lost}, uncertain {uncertain}"
    return ""


# --- two workers ----------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("ground", ["postgresql"], indirect=True)
def test_of_two_workers_one_is_killed_anywhere_and_nothing_is_lost_or_doubled(
    ground: Ground, capsys: pytest.CaptureFixture[str], tally: Counter[str]
) -> None:
    """Both do a whole intake and delivery side by side; later runs do the rest."""
    reference = ground.scene("reference")
    with MailCatcher(reference.folder / "sent") as catcher:
        assert reference.killed_run(catcher.url, 0).returncode == 0
    total = int((reference.folder / "total").read_text())
    expected = what_became(reference)
    assert Counter(expected.states.values()) == FATES

    def try_point(point: int) -> str:
        return fault_beside_another(ground.scene(f"w{point}"), point, expected)

    with ThreadPoolExecutor(max(1, PARALLEL // 2)) as pool:
        faults = [fault for fault in pool.map(try_point, ground.points(total)) if fault]
    assert not faults, "\n".join(faults)
    told(tally, capsys, "two workers, postgresql", total, len(ground.points(total)))


@dataclass(frozen=True)
class Became:
    """What became of all that had arrived; receipt numbers are drawn in either order."""

    states: dict[str, str]  # by message
    versions: dict[str, list[tuple[int, str]]]  # by agency: number, file
    letters: set[str]  # by business key


def what_became(scene: Scene) -> Became:
    rows = scene.rows()
    versions = {
        agency: [(version.version, version.file_sha256) for version in found]
        for agency, found in rows["submissions"].items()
    }
    states = {message["key"]: message["state"] for message in rows["messages"]}
    return Became(states, versions, set(rows["letters"]))


def fault_beside_another(scene: Scene, point: int, expected: Became) -> str:
    """What differs after two runs, of which one is killed at `point`; empty for nothing."""
    with MailCatcher(scene.folder / "sent") as catcher:
        with ThreadPoolExecutor(2) as pool:
            killed = pool.submit(scene.killed_run, catcher.url, point, name="-killed")
            beside = pool.submit(scene.killed_run, catcher.url, 0, name="-beside")
            ends = [killed.result(), beside.result()]
        if ends[0].returncode not in (-signal.SIGKILL, 0):  # what it would have done is done
            return f"{point}: {ends[0].returncode}: {ends[0].stderr.decode()[-300:]}"
        if ends[1].returncode != 0:
            return f"{point}, beside: {ends[1].returncode}: {ends[1].stderr.decode()[-300:]}"
        with scene.workplace(NOW, catcher.url) as workplace:
            kill_points.one_run(workplace)
        with scene.workplace(AGAIN, catcher.url) as workplace:
            deliver(workplace, 1000)
    found = what_became(scene)
    if found != expected:
        return f"{point}: {found} instead of {expected}"
    sent, states = scene.sent(), scene.letter_states()
    uncertain = {i for i, state in states.items() if state == LetterState.UNCERTAIN.value}
    doubled = [i for i, times in sent.items() if times > 1]
    unsent = [i for i, state in states.items() if state != LetterState.SENT.value]
    if doubled or len(uncertain) > 1 or set(unsent) - uncertain:
        return f"{point}: doubled {doubled}, unsent {unsent}, uncertain {uncertain}"
    return ""


# --- a delivery with own copies -------------------------------------------------------------------

COPY = "baocao+ban-sao@ubnd.haiphong.example"
#: Two connections, a copy of every letter, and what nobody can prove goes again.
COPYING = {"smtp_connections": 2, "own_copy": COPY, "resend_uncertain": True}
POSTED = ("syt", "sdl", "stp", "stc")


def build_letters(scene: Scene) -> None:
    """Four letters wait, each with a copy to an address that puts it off the first time."""
    make_maildir(scene.folder / "mailbox")
    (scene.folder / "drop").mkdir()
    with scene.workplace(NOW) as workplace:
        cycle = workplace.office.cycle("2025-plan")
        opening.ask(workplace, cycle, [workplace.office.register.agencies[c] for c in POSTED])
        with workplace.engine.begin() as connection:
            for row in every_letter(connection):
                own = outbox.LETTER.update().where(outbox.LETTER.c.id == row.id)
                connection.execute(own.values(cc=[f"vanthu.{row.agency}@haiphong.example"]))


@pytest.fixture(params=BOTH)
def letters_waiting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ground]:
    with built_ground(request, tmp_path, build_letters) as made:
        yield made


@pytest.mark.slow
def test_with_own_copies_a_delivery_killed_anywhere_reaches_each_recipient_once(
    letters_waiting: Ground,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
    tally: Counter[str],
) -> None:
    reference = letters_waiting.scene("reference")
    with greylisting(reference) as catcher:
        run = reference.killed_run(catcher.url, 0, **COPYING)
        assert run.returncode == 0, run.stderr.decode()
        total = int((reference.folder / "total").read_text())
        carry_on(reference, catcher.url)
    assert fault_of_delivery(reference) == ""
    points = letters_waiting.points(total)

    def try_point(point: int) -> str:
        scene = letters_waiting.scene(f"d{point}")
        with greylisting(scene) as catcher:
            run = scene.killed_run(catcher.url, point, **COPYING)
            if run.returncode not in (-signal.SIGKILL, 0):  # side by side: some steps may fall away
                return f"{point}: {run.returncode}: {run.stderr.decode()[-300:]}"
            carry_on(scene, catcher.url)
        fault = fault_of_delivery(scene)
        return fault and f"{(scene.folder / 'passed').read_text().splitlines()[-1]}: {fault}"

    with ThreadPoolExecutor(PARALLEL) as pool:
        faults = [fault for fault in pool.map(try_point, points) if fault]
    assert not faults, "\n".join(faults)
    told(tally, capsys, f"delivery with own copies, {request.node.callspec.id}", total, len(points))


def greylisting(scene: Scene) -> MailCatcher:
    """A server that puts off each copy address the first time it is named."""
    seen: set[str] = set()

    def answer(address: str) -> str | None:
        first = address.startswith("vanthu.") and address not in seen
        seen.add(address)
        return "450 4.2.0 Greylisted" if first else None

    return MailCatcher(scene.folder / "sent", on_recipient=answer)


def carry_on(scene: Scene, smtp_url: str) -> None:
    """Later runs: own copies come in with the mail, then what waits is delivered."""
    carried: set[Path] = set()
    for minutes in (20, 45, 120, 180):
        now = NOW + dt.timedelta(minutes=minutes)
        for path in sorted((scene.folder / "sent" / "new").iterdir()):
            content = path.read_bytes()
            if path not in carried and f"Delivered-To: {COPY}".encode() in content:
                put_into_maildir(scene.folder / "mailbox", content, now)
            carried.add(path)
        with scene.workplace(now, smtp_url, **COPYING) as workplace:
            kill_points.one_run(workplace)


def fault_of_delivery(scene: Scene) -> str:
    """Who got a letter not once, which letter is not known to be sent; empty for nothing."""
    got: Counter[tuple[str, str]] = Counter()
    for path in (scene.folder / "sent" / "new").iterdir():
        message = message_from_bytes(path.read_bytes())
        got.update((address, message["Message-ID"]) for address in message.get_all("Delivered-To"))
    with scene.workplace(AGAIN) as workplace, workplace.engine.begin() as connection:
        rows = every_letter(connection)
        states = messages.counts_by_state(connection)
    wanted = {(address, row.message_id) for row in rows for address in (*row.to, *row.cc)}
    once = Counter({key: n for key, n in got.items() if key[0] != COPY})
    unsent = [row.business_key for row in rows if row.state != LetterState.SENT]
    if once != Counter(wanted) or unsent or set(states) - {MessageState.AUTOMATIC.value}:
        return f"got {once - Counter(wanted)}, missed {Counter(wanted) - once}, unsent {unsent}"
    return ""

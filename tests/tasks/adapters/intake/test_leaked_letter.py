"""Somebody got hold of one letter of the office to an agency, with its workbook: what he can do.

He knows the reply address, the Message-ID, the signed workbook, and every registered address, which
are public. What he cannot do is make a mail server confirm what is not his.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage

import pytest

from tasks.adapters.intake.collecting import collect
from tasks.adapters.intake.working import work_through
from tasks.adapters.mailbox.opening import open_inbox
from tests.fixtures.one_entry import with_entry
from tests.fixtures.worked_office import MakeOffice, Office

OURS = "mx.ubnd.haiphong.example"
EVIL = "ke.xau@thucanhan.example"


def forged(office: Office, above: str, *, inside: EmailMessage | None = None) -> bytes:
    """All that the letter to the health department gives, under headers of his own.

    `{a}` is its registered address, `{b}` another agency's, `{domain}` its domain.
    """
    letter = office.opening("syt")
    contacts = office.workplace.office.register.contacts
    own = contacts["syt"].to[0]
    mail = EmailMessage()
    mail["To"] = letter.reply_to
    mail["Subject"] = f"Re: {letter.subject}"
    mail["Message-ID"] = "<1@thucanhan.example>"
    mail["In-Reply-To"] = mail["References"] = letter.message_id
    mail.set_content("Kính gửi Văn phòng báo cáo của Sở.")
    content = with_entry(office.workbook("syt"), "1/BC")
    carrier = inside if inside is not None else mail
    carrier.add_attachment(content, maintype="application", subtype="zip", filename="sổ.xlsx")
    if inside is not None:
        mail.add_attachment(inside)
    names = {
        "a": own,
        "b": contacts["sdl"].to[0],
        "domain": own.partition("@")[2],
        "local": own.partition("@")[0],
        "superior": contacts["syt"].superior[0],
        "office": office.workplace.rules.office_address,
        "evil": EVIL,
    }
    return above.format(**names).encode() + b"\n" + mail.as_bytes()


def accepted(office: Office) -> list[str]:
    return [r["state"] for r in office.rows() if r["state"] in ("accepted", "returned")]


#: Without anybody who checks senders; a forged From alone is the limit, and stands below.
TRICKS: Mapping[str, str] = {
    "from himself": "From: {evil}",
    "his name is the address": 'From: "{a}" <{evil}>',
    "his name is the address, unquoted": "From: {a} <{evil}>",
    "his name is the address, encoded": "From: =?utf-8?q?{local}=40{domain}?= <{evil}>",
    "the address is a comment": "From: {evil} ({a})",
    "Reply-To": "From: {evil}\nReply-To: {a}",
    "Sender": "From: {evil}\nSender: {a}",
    "Sender alone": "Sender: {a}",
    "Return-Path alone": "Return-Path: <{a}>",
    "From without an address": "From: Sở Y tế\nSender: {a}",
    "From wholly encoded": "From: =?utf-8?q?{local}=40{domain}?=\nSender: {a}",
    "Resent-From": "From: {evil}\nResent-From: {a}",
    "X headers": "From: {evil}\nX-Original-From: {a}\nX-Envelope-From: <{a}>",
    "two addresses": "From: {a}, {evil}",
    "two addresses, his first": "From: {evil}, {a}",
    "two From headers": "From: {a}\nFrom: {evil}",
    "two From headers, his first": "From: {evil}\nFrom: {a}",
    "the same From twice": "From: {a}\nFrom: {a}",
    "a group": "From: Sở Y tế: {a}, {evil};",
    "a group of his": "From: {a}: {evil};",
    "a route": "From: <@thucanhan.example:{a}>",
    "brackets astray": "From: {a}){evil}",
    "two in brackets": "From: <{a}> <{evil}>",
    "a subdomain of his": "From: {local}@{domain}.thucanhan.example",
    "below its domain": "From: {local}@mail.{domain}",
    "its domain": "From: ai.do@{domain}",
    "a tag on its address": "From: {local}+x@{domain}",
    "another script's letter": "From: {local}@\u0455yt.haiphong.example",
    "another script beside it": "From: v\u0430nthu@{domain}, {a}",
    "punycode": "From: {local}@xn--yt-7lb.haiphong.example",
    "a dot behind it": "From: {local}@{domain}.",
    "an address in numbers": "From: {local}@[127.0.0.1]",
    "another agency": "From: {b}",
    "its superior": "From: {superior}",
    "the office": "From: {office}",
    "nobody": "X-Nobody: x",
    "his own Authentication-Results": (
        f"Authentication-Results: {OURS}; dmarc=pass header.from={{domain}}\nFrom: {{evil}}"
    ),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_a_letter_that_leaked_gets_nothing_accepted(make_office: MakeOffice, trick: str) -> None:
    office = make_office()
    (row,) = office.receive(forged(office, TRICKS[trick]))
    assert row["state"] == "held", row["reason"]
    assert not accepted(office)
    assert row["reason"].endswith(".")
    # Whoever is told of it is registered.
    contacts = office.workplace.office.register.contacts.values()
    known = {a for c in contacts for a in (*c.to, *c.cc)}
    for letter in office.letters():
        assert {*letter.to, *letter.cc} <= known
        if letter.kind != "opening":
            assert letter.kind == "receipt"


@pytest.mark.parametrize(
    "above",
    [
        "From: {evil}",
        "From: {evil}\nAuto-Submitted: auto-replied",
        "From: {evil}\nList-Id: <so.example>\nPrecedence: list",
    ],
)
def test_forwarding_what_looks_like_the_agencys_mail_changes_nothing(
    make_office: MakeOffice, above: str
) -> None:
    office = make_office()
    inside = EmailMessage()
    inside["From"] = office.workplace.office.register.contacts["syt"].to[0]
    inside["Subject"] = "Báo cáo"
    inside.set_content("Kính gửi.")
    (row,) = office.receive(forged(office, above, inside=inside))
    assert row["state"] == "held"
    assert not accepted(office)


def test_a_copy_of_the_letter_itself_is_proof_of_nothing_but_that_it_left(
    make_office: MakeOffice,
) -> None:
    office = make_office()
    letter = office.opening("syt")
    raw = forged(office, "From: {office}").replace(
        b"<1@thucanhan.example>", letter.message_id.encode()
    )
    (row,) = office.receive(raw)
    assert row["state"] == "automatic"
    assert not accepted(office)


@pytest.mark.parametrize(
    ("above", "settings"),
    [("From: {evil}", {}), ("From: {evil}\nSender: {a}", {}), ("From: {a}", {"authserv_id": OURS})],
)
def test_a_mail_put_into_the_drop_folder_is_vouched_for_by_nobody(
    make_office: MakeOffice, above: str, settings: dict[str, str]
) -> None:
    """Whoever puts a workbook there vouches for it; a saved mail is read as the mail it is."""
    office = make_office(**settings)
    drop = office.folder / "drop"
    drop.mkdir()
    (drop / "thư.eml").write_bytes(forged(office, above))
    collect(office.workplace, open_inbox(f"drop://{drop}", office.workplace.now), 10)
    assert not work_through(office.workplace, 10).failures
    (row,) = office.rows()
    assert row["state"] == "held"
    assert not accepted(office)


def test_a_perfect_from_is_the_limit_where_nobody_checks_and_its_agency_is_told(
    make_office: MakeOffice,
) -> None:
    office = make_office()
    (row,) = office.receive(forged(office, "From: {a}\nReply-To: {evil}"))
    assert row["state"] == "returned"
    (verdict,) = office.letters("verdict")
    contact = office.workplace.office.register.contacts["syt"]
    assert (verdict.to, verdict.cc) == (list(contact.to), list(contact.cc))


PASS = f"Authentication-Results: {OURS}; dmarc=pass header.from={{domain}}"
#: Where our server's word is asked: a perfect From, and what he writes or gets written above it.
ABOVE: Mapping[str, str] = {
    "nothing": "",
    "our server found nothing": f"Authentication-Results: {OURS}; none",
    "it failed": f"Authentication-Results: {OURS}; dmarc=fail header.from={{domain}}",
    "it failed above his own": (
        f"Authentication-Results: {OURS}; dmarc=fail header.from={{domain}}\n{PASS}"
    ),
    "it found nothing above his own": f"Authentication-Results: {OURS}; none\n{PASS}",
    "another server's": (
        "Authentication-Results: mx.ke-xau.example; dmarc=pass header.from={domain}"
    ),
    "a longer name": f"Authentication-Results: {OURS}.ke-xau.example; dmarc=pass",
    "a shorter name": "Authentication-Results: ubnd.haiphong.example; dmarc=pass",
    "in quotes": f'Authentication-Results: "{OURS}"; dmarc=pass header.from={{domain}}',
    "behind a comment": f"Authentication-Results: (x) {OURS}; dmarc=pass header.from={{domain}}",
    "in a comment": f"Authentication-Results: mx.example ({OURS}; dmarc=pass); none",
    "in the version": f"Authentication-Results: mx.example 1; x=y ({OURS}); dmarc=pass",
    "an ARC header": f"ARC-Authentication-Results: i=1; {OURS}; dmarc=pass header.from={{domain}}",
    "an X header": f"X-Authentication-Results: {OURS}; dmarc=pass header.from={{domain}}",
    "Received-SPF": "Received-SPF: pass ({domain})",
    "of his own domain": (
        f"Authentication-Results: {OURS}; dmarc=pass header.from=thucanhan.example;"
        " spf=pass smtp.mailfrom=x@thucanhan.example; dkim=pass header.d=thucanhan.example"
    ),
    "of a neighbour": (
        f"Authentication-Results: {OURS}; spf=pass smtp.mailfrom=x@sdl.haiphong.example"
    ),
    "of the top domain": f"Authentication-Results: {OURS}; dkim=pass header.d=example",
    "of a domain below": (f"Authentication-Results: {OURS}; dkim=pass header.d=x.{{domain}}"),
    "in a reason": (
        f'Authentication-Results: {OURS}; spf=none reason="dmarc=pass header.from={{domain}}"'
    ),
}


@pytest.mark.parametrize("words", ABOVE)
def test_where_senders_are_checked_a_perfect_from_is_held(
    make_office: MakeOffice, words: str
) -> None:
    office = make_office(authserv_id=OURS)
    above = f"{ABOVE[words]}\nFrom: {{a}}".lstrip("\n")
    (row,) = office.receive(forged(office, above))
    assert row["state"] == "held"
    assert "không xác nhận được" in row["reason"]
    assert not accepted(office)


@pytest.mark.parametrize("trick", [t for t in TRICKS if "Authentication" not in t])
def test_where_senders_are_checked_no_trick_borrows_the_word_on_another(
    make_office: MakeOffice, trick: str
) -> None:
    """Our server confirms what it takes for the sender: him."""
    office = make_office(authserv_id=OURS)
    word = (
        f"Authentication-Results: {OURS}; dmarc=pass; spf=pass smtp.mailfrom={EVIL};"
        " dkim=pass header.d=thucanhan.example"
    )
    (row,) = office.receive(forged(office, f"{word}\n{TRICKS[trick]}"))
    assert row["state"] == "held", row["reason"]
    assert not accepted(office)


def test_the_agency_itself_goes_through_where_it_is_confirmed(make_office: MakeOffice) -> None:
    office = make_office(authserv_id=OURS)
    (row,) = office.receive(forged(office, f"{PASS}\nFrom: Sở Y tế <{{a}}>"))
    assert row["state"] == "returned"

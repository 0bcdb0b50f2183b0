"""The proxy itself: it changes nothing that it was not told to change."""

from __future__ import annotations

import imaplib

from tests.faults.proxy import ImapProxy
from tests.fixtures.embedded_imap import embedded_imap


def test_a_second_connection_through_the_proxy_is_greeted_like_the_first() -> None:
    with embedded_imap() as server, ImapProxy(server.port) as proxy:
        for _ in range(2):
            client = imaplib.IMAP4("127.0.0.1", proxy.port, timeout=5)
            client.login(server.user, server.password)
            client.logout()
    assert proxy.seen["CONNECT"] == proxy.seen["LOGIN"] == proxy.seen["LOGOUT"] == 2

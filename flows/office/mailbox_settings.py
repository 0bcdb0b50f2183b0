"""How to use a mailbox on a server, by the settings; apart, for whoever only looks at mailboxes."""

from __future__ import annotations

from config.settings import Settings
from tasks.adapters.mailbox.inbox import MailboxRules


def mailbox_rules(settings: Settings) -> MailboxRules:
    """How to use a mailbox on a server."""
    return MailboxRules(
        folder=settings.mailbox_folder,
        processed=settings.mailbox_processed,
        too_large=settings.mailbox_too_large,
        ca_file=settings.mailbox_ca_file,
        password=settings.mailbox_password.get_secret_value(),
        token_file=settings.mailbox_token_file,
        seconds=settings.mailbox_seconds,
    )

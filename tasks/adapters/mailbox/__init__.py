"""Where mail and files arrive: Maildir, IMAP, the drop folder, behind one interface (`inbox`).

Bytes and their positions only: nothing here looks into a message. `opening` alone knows all kinds.
"""

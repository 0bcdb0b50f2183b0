"""Where mail and files arrive: a mailbox on a server, a Maildir, a drop folder, by one interface.

Here lives how each of them is listed, read and told that something was taken in. What becomes of an
arrival (its kept bytes, its row) is the intake's; what a message says is for whoever reads it.
"""

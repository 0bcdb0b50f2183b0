"""Arrivals: whose a message is and what becomes of it, from what is known when it is opened.

Here are the frozen picture of the record (`known`), what the adapters found in a message, whose
each file is (`attributing`), what becomes of it all (`deciding`) and what its sender is written
(`answering`). Nothing here reads or writes anything, and nothing knows of mailboxes or tables.
"""

"""Intake: kept first, then taken apart, examined, recorded and answered, all or nothing.

Here the record is read and written for a batch of messages. Nothing is decided here: whose a
message is and what becomes of it is for `models.domain.arrivals` to say.
"""

"""Intake: kept first, then taken apart, examined, decided and recorded."""

"""Thiết lập, for administrators: the office's files, their editions, the accounts. No rule here."""

"""Thiết lập: the office's files and accounts, for administrators."""

from __future__ import annotations

from collections.abc import Mapping

from flows.desk.desk import Page

PAGES: Mapping[str, Page] = {}

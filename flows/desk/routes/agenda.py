"""Lịch: what goes out when, to whom, with its text before it goes."""

from __future__ import annotations

from collections.abc import Mapping

from flows.desk.desk import Page

PAGES: Mapping[str, Page] = {}

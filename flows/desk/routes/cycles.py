"""Kỳ báo cáo, Cơ quan: how a cycle stands, and one agency's whole story."""

from __future__ import annotations

from collections.abc import Mapping

from flows.desk.desk import Page

PAGES: Mapping[str, Page] = {}

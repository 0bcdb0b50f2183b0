"""Số liệu: indicators, tasks, projects and proposals, every figure down to its cell."""

from __future__ import annotations

from collections.abc import Mapping

from flows.desk.desk import Page

PAGES: Mapping[str, Page] = {}

"""Thư đi, Sổ quyết định: letters by state, as they went out, and the record of decisions."""

from __future__ import annotations

from collections.abc import Mapping

from flows.desk.desk import Page

PAGES: Mapping[str, Page] = {}

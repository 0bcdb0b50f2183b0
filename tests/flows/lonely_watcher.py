"""A watcher with short times: `python lonely_watcher.py NAME`, until it is killed."""

from __future__ import annotations

import sys
import threading

from config.settings import load_settings
from flows.serving.runs import watcher

watcher.TICK, watcher.RENEWED, watcher.ABANDONED = 0.2, 0.5, 4.0


if __name__ == "__main__":
    watcher.Watcher(load_settings(), sys.argv[1], print).watch(threading.Event())

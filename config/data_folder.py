"""Where the data folder is, read alone: every form of a flow asks, at every start of a process."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import BaseSettings

from config.settings import Settings


class _DataFolder(BaseSettings):
    model_config = Settings.model_config

    data_dir: str = ""


def data_folder() -> Path | None:
    """As the settings say, whatever else is wrong with them; None where they cannot be read.

    Other settings cost ten times as much to read.
    """
    try:
        told = _DataFolder().data_dir
    except (ValidationError, UnicodeDecodeError):
        return None
    default: Path = Settings.model_fields["data_dir"].default
    return Path(told) if told else default

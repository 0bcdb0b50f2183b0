"""Where the office's files are read: in the folder that is set or, for real, as they are kept.

An office that is tried out works on the files in its folder. One that is served for real
(`BAOCAO_ENVIRONMENT=production`) has them in its database, edition by edition, so that no update of
the program overwrites them and every worker sees the same; each machine lays the newest out in its
data folder, to be read there and not to be changed.
"""

from __future__ import annotations

from config.settings import Environment, Settings


def keeps_editions(settings: Settings) -> bool:
    """Whether the office's files are in its database."""
    return settings.environment is Environment.PRODUCTION


def placed(settings: Settings) -> Settings:
    """The settings with the folder from which the office's files are to be read now.

    Raises ConfigurationFault, OSError, and what the database raises.
    """
    if not keeps_editions(settings):
        return settings
    from flows.office.kept_editions import laid_out  # start-up cost

    folder = laid_out(settings)
    return settings.model_copy(update={"config_dir": folder, "contacts_file": None})

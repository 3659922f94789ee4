"""`airlock config`."""

from __future__ import annotations

import click

from airlock.cli.command import Call, command
from airlock.report.values.base import Report


@click.group("config")
def config() -> None:
    """Show what is set and where."""


@command("show")
def show(call: Call) -> Report:
    """Print every key with its value and where it comes from.

    -v says what each key is for. Of a connection, host, port and database are shown.
    """
    from airlock.app.settings import settings as run

    return run(call.site)


config.add_command(show)

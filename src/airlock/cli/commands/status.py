"""`airlock status`."""

from __future__ import annotations

import click

from airlock.cli.command import Call, command
from airlock.cli.complete import environments as environment_names
from airlock.report.values.base import Report


@command("status")
@click.argument("environments", nargs=-1, metavar="[ENV]...", shell_complete=environment_names)
@click.option("--all", "everything", is_flag=True, help="Show rows that are applied everywhere.")
def status(call: Call, environments: tuple[str, ...], everything: bool) -> Report:
    """Show which migration is applied where.

    Reads only. The exit code is 1 unless every migration is applied in every environment.
    """
    from airlock.app.status import status as run

    return run(call.site, environments, everything=everything)

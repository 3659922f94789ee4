"""`airlock pull`."""

from __future__ import annotations

import click

from airlock.cli.command import Call, command
from airlock.cli.complete import environments
from airlock.report.values.base import Report


@command("pull")
@click.argument("environment", metavar="ENV", shell_complete=environments)
@click.option("--name", metavar="NAME", help="The new migration's name.  [pulled_from_ENV]")
@click.option(
    "--mark-applied",
    is_flag=True,
    help="Also note in the environment's history that it has the migration already.",
)
def pull(call: Call, *, environment: str, name: str | None, mark_applied: bool) -> Report:
    """Bring changes made by hand on an environment into the project.

    Writes the migration that leads from the project's schema to the environment's, proved first.
    Afterwards the two are equal. No row is read.
    """
    from airlock.app.pull import pull as run

    return run(call.site, environment, name=name, mark=mark_applied)

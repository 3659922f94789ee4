"""`airlock reset`."""

from __future__ import annotations

import click

from airlock.cli.command import Call, command
from airlock.report.values.base import Report


@command("reset")
@click.option("--no-seeds", is_flag=True, help="Leave the new database without rows.")
def reset(call: Call, no_seeds: bool) -> Report:
    """Rebuild the local database from the files, then run the seeds.

    The new database takes the place of the old one when every file has run; until then, and when
    one fails, the old one stays as it is.
    """
    from airlock.app.reset import reset as run

    return run(call.site, seeds=not no_seeds)

"""`airlock rollback`."""

from __future__ import annotations

import click

from airlock.cli.command import Call, command
from airlock.report.values.base import Report


@click.group("rollback")
def rollback() -> None:
    """Write the SQL that undoes a migration, proved."""


@command("prepare")
@click.argument("versions", nargs=-1, metavar="[VERSION]...")
@click.option("--all", "every", is_flag=True, help="Prepare one for each migration there is.")
@click.option("--rewrite", is_flag=True, help="Write files anew that are there already.")
def prepare(call: Call, *, versions: tuple[str, ...], every: bool, rewrite: bool) -> Report:
    """Write the file that undoes a migration.

    On a throw-away database the migration runs up, down and up again, and pg_dump has to see the
    same schema each time. Without a version, what is pending in an environment is prepared. A
    file that is there is proved and kept.
    """
    from airlock.app.rollback import prepare as run

    return run(call.site, versions, every=every, rewrite=rewrite)


rollback.add_command(prepare)

"""`airlock diff`."""

from __future__ import annotations

import click

from airlock.cli.command import Call, command
from airlock.cli.complete import sources
from airlock.cli.prompt import asker
from airlock.cli.screen import Format
from airlock.report.values.base import Report


@command("diff", formats=(Format.TEXT, Format.JSON, Format.SQL, Format.MARKDOWN))
@click.argument("old", metavar="A", shell_complete=sources)
@click.argument("new", metavar="B", shell_complete=sources)
@click.option(
    "--style",
    type=click.Choice(["online", "plain"]),
    help="How the plan weighs locks: online for a database in use, plain for the shortest way.  "
    "[online where A has rows or is protected]",
)
@click.option(
    "--rename",
    "renames",
    multiple=True,
    metavar="OLD=NEW",
    help="Two names are one table or column, renamed: public.users=public.people. Repeatable.",
)
@click.option("--no-prove", is_flag=True, help="Do not try the plan on a copy of A.")
def diff(
    call: Call, *, old: str, new: str, style: str | None, renames: tuple[str, ...], no_prove: bool
) -> Report:
    """Show what turns the schema of A into that of B, proved.

    A and B are sources: an environment, migrations, migrations@VERSION, dir:PATH, dir:PATH@VERSION,
    sql:PATH, snapshot:PATH, git:REF, postgresql://…, or empty. The plan is applied to a copy of A
    and the outcome held against B. The exit code is 0 when they are equal, 1 when they differ, and
    2 when the plan does not lead from one to the other. Sources that are no project's (dir:, sql:,
    snapshot:, postgresql://, empty) can be compared from any folder.

    \b
        airlock diff migrations production
        airlock diff git:main migrations --format sql
    """  # noqa: D301 - click reads the escape
    from airlock.app.diff import diff as run

    return run(
        call.site, old, new, style=style, proof=not no_prove, renames=renames, ask=asker(call)
    )

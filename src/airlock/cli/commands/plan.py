"""`airlock plan`."""

from __future__ import annotations

from pathlib import Path

import click

from airlock.cli.command import Call, command
from airlock.cli.complete import environments
from airlock.cli.screen import Format
from airlock.errors import UsageError
from airlock.report.values.base import Report

_SHOW = "show"


@command("plan", formats=(Format.TEXT, Format.JSON, Format.MARKDOWN))
@click.argument("environment", metavar="ENV|show", shell_complete=environments)
@click.argument(
    "file", required=False, type=click.Path(path_type=Path, dir_okay=False), metavar="[FILE]"
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also keep the plan there, for airlock deploy ENV --plan FILE.",
)
@click.option(
    "--include-out-of-order",
    is_flag=True,
    help="Also plan files that are older than the newest applied one.",
)
def plan(
    call: Call,
    *,
    environment: str,
    file: Path | None,
    output: Path | None,
    include_out_of_order: bool,
) -> Report:
    """Say what a deployment to ENV would do, and keep it in a file.

    Each pending file runs, statement by statement, on a throw-away copy of ENV: the locks that it
    takes and the tables that it rewrites are measured, its rollback is proved, and what is lost is
    named. ENV itself is only read, and no row of it. The exit code is 1 when something is pending,
    0 when nothing is. A plan's file holds no row and no secret; it is refused once it was edited.

    \b
        airlock plan production -o plan.json
        airlock plan show plan.json
        airlock deploy staging --plan plan.json
    """  # noqa: D301 - click reads the escape
    from airlock.app import plan as app

    if environment == _SHOW and file is not None:
        if output is not None:
            raise UsageError("-o is for a new plan: airlock plan ENV -o FILE")
        return app.show(call.site, file)
    if file is not None:
        raise UsageError(
            f"got unexpected extra argument ({file})",
            hint="A plan is read with: airlock plan show FILE",
        )
    return app.plan(call.site, environment, output=output, out_of_order=include_out_of_order)

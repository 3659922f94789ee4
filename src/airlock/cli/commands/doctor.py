"""`airlock doctor`."""

from __future__ import annotations

import sys

import click

from airlock.cli.command import Call, command
from airlock.cli.complete import environments
from airlock.cli.screen import write
from airlock.errors import UsageError
from airlock.report.values.base import Report


@command("doctor")
@click.argument("environment", required=False, metavar="[ENV]", shell_complete=environments)
@click.option(
    "--grants",
    is_flag=True,
    help="Print the SQL that makes the three logins of ENV, to be run by its administrator.",
)
def doctor(call: Call, *, environment: str | None, grants: bool) -> Report | None:
    """Look at everything Airlock needs, with a fix for what is amiss.

    With ENV only that environment's connections are tried. Of a protected one it is proved what
    each login can do and cannot. The exit code is 1 when something is broken.
    """
    if grants:
        from airlock.app.logins import grants_script

        if environment is None:
            raise UsageError(
                "whose logins are to be made is not said", hint="airlock doctor ENV --grants"
            )
        text = grants_script(call.site, environment)
        call.progress.done()
        write(sys.stdout, text)
        return None
    from airlock.app.doctor import doctor as run

    return run(call.site, environment)

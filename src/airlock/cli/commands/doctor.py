"""`airlock doctor`."""

from __future__ import annotations

import click

from airlock.cli.command import Call, command
from airlock.cli.complete import environments
from airlock.report.values.base import Report


@command("doctor")
@click.argument("environment", required=False, metavar="[ENV]", shell_complete=environments)
def doctor(call: Call, environment: str | None) -> Report:
    """Look at everything Airlock needs, with a fix for what is amiss.

    With ENV only that environment's connection is tried. The exit code is 1 when something is
    broken.
    """
    from airlock.app.doctor import doctor as run

    return run(call.site, environment)

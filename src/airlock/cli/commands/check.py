"""`airlock check`."""

from __future__ import annotations

import click

from airlock.cli.command import Call, command
from airlock.errors import UsageError
from airlock.report.values.base import Report


@command("check")
@click.option(
    "--strict-major", is_flag=True, help="Refuse a server of another major than production's."
)
@click.option("--fix", is_flag=True, help="Write the rollbacks that are missing, proved.")
@click.option("--no-rollbacks", is_flag=True, help="Do not prove rollbacks.")
def check(call: Call, *, strict_major: bool, fix: bool, no_rollbacks: bool) -> Report:
    """Replay every migration on a throw-away database.

    Then what is pending in every other environment that can be reached is replayed on top of
    exactly what is applied there, and the way back from it is proved: the file in the rollbacks
    folder, or one that is planned. What was proved before is not tried again. The exit code is 1
    when a file fails or a rollback does not lead back.
    """
    from airlock.app.check import check as run

    if fix and no_rollbacks:
        raise UsageError(
            "--fix writes rollbacks, and --no-rollbacks leaves them out", hint="Leave one out."
        )
    return run(call.site, strict_major=strict_major, rollbacks=not no_rollbacks, fix=fix)

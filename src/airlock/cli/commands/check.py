"""`airlock check`."""

from __future__ import annotations

import click

from airlock.cli.command import Call, command
from airlock.report.values.base import Report


@command("check")
@click.option(
    "--strict-major", is_flag=True, help="Refuse a server of another major than production's."
)
def check(call: Call, strict_major: bool) -> Report:
    """Replay every migration on a throw-away database.

    Then what is pending in every other environment that can be reached is replayed on top of
    exactly what is applied there. The exit code is 1 when a file fails.
    """
    from airlock.app.check import check as run

    return run(call.site, strict_major=strict_major)

"""`airlock demo`."""

from __future__ import annotations

from airlock.cli.command import Call, command
from airlock.report.values.base import Report


@command("demo")
def demo(call: Call) -> Report:
    """Play the whole workflow on an example project.

    Everything happens in a temporary folder on servers of its own, which are stopped at the end.
    """
    from airlock.app.demo import demo as run

    return run(call.site)

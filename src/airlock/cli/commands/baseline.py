"""`airlock baseline`."""

from __future__ import annotations

from airlock.cli.command import Call, command
from airlock.report.values.base import Report


@command("baseline")
def baseline(call: Call) -> Report:
    """Write down what the rules find today; only what is new is told.

    All files of the project are looked at, applied or not. Keys are made of the rule and of what
    a statement means: renaming or re-formatting a file wakes nothing.
    """
    from airlock.app.accepting import accept

    return accept(call.site)

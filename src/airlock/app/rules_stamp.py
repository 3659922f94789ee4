"""What tells one set of rules from another, without loading them."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path


def rules_stamp() -> list[tuple[str, int]]:
    """Return the files of Airlock's own rules with their times, and the packages of others."""
    from airlock.checks import rules

    own = [
        (file.name, file.stat().st_mtime_ns)
        for folder in rules.__path__
        for file in Path(folder).glob("*.py")
    ]
    brought = [
        (f"{each.value} {each.dist.version if each.dist else ''}", 0)
        for each in entry_points(group="airlock.rules")
    ]
    return sorted([*own, *brought])

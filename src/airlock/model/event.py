"""What happens while files run, told as it happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from airlock.model.finding import Finding
from airlock.model.migration import How, Migration, Seed


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """The first `count` files were not run: a database that holds them was at hand."""

    count: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A file begins; `index` counts from 1."""

    file: Migration | Seed
    index: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A file is committed."""

    file: Migration | Seed
    index: int
    total: int
    seconds: float
    how: How
    findings: tuple[Finding, ...] = ()


Event = Restored | Started | Finished
Listener = Callable[[Event], None]


def ignore(_: Event) -> None:
    """Listen to nothing."""

"""A source: anything that a catalog can be read from, opened."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum

from airlock.model.catalog import Catalog
from airlock.model.finding import Finding
from airlock.model.node import Id
from airlock.server.address import Address


class Cloned(StrEnum):
    """How a source is made again on a shadow."""

    COPY = "copy of the database"
    DUMP = "loaded from pg_dump -s"
    CATALOG = "built from its catalog"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One side of a comparison.

    `clone` makes a throw-away database that holds the same schema and no rows, and drops it at
    the end. All clones of one command are on one server, so that their dumps can be compared.
    """

    text: str
    """As the user wrote it: `staging`, `migrations@2026`, `sql:schemas`."""
    label: str
    """For messages: never a URL with its password."""
    catalog: Catalog
    cloned: Cloned
    clone: Callable[[], AbstractContextManager[Address]] = field(repr=False)
    protected: bool = False
    has_rows: bool = False
    """Whether others may be at work on it, so that locks matter."""
    texts: tuple[str, ...] = field(default=(), repr=False)
    """The SQL that it was made from, where it was; it may hold hints."""
    hidden: tuple[Id, ...] = ()
    """Objects of which values are hidden: copies hold what stands in their place."""
    findings: tuple[Finding, ...] = ()
    """What was found while it was opened."""

"""What is new to the files: they made it, and nobody uses it yet."""

from __future__ import annotations

from collections.abc import Iterable

from airlock.checks.rule import Fact, Knows
from airlock.checks.syntax import Name
from airlock.model.catalog import Catalog
from airlock.server.baseline.lent import PLATFORM_SCHEMAS

_RELATIONS = frozenset({"foreign table", "index", "materialized view", "sequence", "table", "view"})


class New:
    """The relations that files make, by the names that they have as the files go by.

    Where the schema `before` all of them is known, a relation that is not in it is new too,
    whatever makes it: a function, or SQL that a block puts together. `facts` are of all files.
    """

    def __init__(self, *, before: Catalog | None, facts: Iterable[Fact]) -> None:
        self._made: set[Name] = set()
        self._before = (
            {Name(*id.path) for id in before.nodes if id.kind in _RELATIONS} if (before) else None
        )
        self._renamed = {fact.name for fact in facts if fact.knows is Knows.RENAMED}

    def __contains__(self, name: Name) -> bool:
        return name in self._made or self._is_absent(name)

    def _is_absent(self, name: Name) -> bool:
        """Whether a relation is known not to be there; of the platform's that is not known."""
        if self._before is None or name.schema in PLATFORM_SCHEMAS or name in self._renamed:
            return False
        return name not in self._before

    def make(self, facts: Iterable[Fact]) -> None:
        """Take in what a file makes."""
        self._made |= {fact.name for fact in facts if fact.knows is Knows.MADE}

    def rename(self, facts: Iterable[Fact]) -> None:
        """Take in the names that a file gives to what is new, or to what it makes itself."""
        left = [fact for fact in facts if fact.knows is Knows.RENAMED]
        if not left:  # As in most files: nothing has to be put together.
            return
        known = {".".join(fact.name) for fact in facts if fact.knows is Knows.MADE}
        known |= {".".join(name) for name in self._made}
        while found := [fact for fact in left if fact.more in known]:  # One may have two in a row.
            left = [fact for fact in left if fact.more not in known]
            known |= {".".join(fact.name) for fact in found}
            self._made |= {fact.name for fact in found}

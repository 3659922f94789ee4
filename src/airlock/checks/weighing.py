"""What a lock matters where it is known how large a table is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from airlock.checks.registry import registry
from airlock.checks.rule import Theme
from airlock.checks.run import Raised
from airlock.model.finding import Level
from airlock.sources.sizes import Size

Sizes = Mapping[tuple[str, str], tuple[Size, str]]
"""The class of each table, and where it is so large."""

_SAID = {
    Size.SMALL: "{table} has fewer than ten thousand rows in {where}, so it takes no time there.",
    Size.MEDIUM: "{table} has between ten thousand and a million rows in {where}.",
    Size.LARGE: "{table} has a million rows or more in {where}: it takes minutes there.",
}


def weighed(found: Iterable[Raised], sizes: Sizes) -> Iterator[Raised]:
    """Yield findings; those about locks on a table of known size say it, and weigh accordingly."""
    for raised in found:
        known = sizes.get((raised.table.schema, raised.table.name)) if raised.table else None
        listed = registry().get(raised.finding.code)
        if known is None or listed is None or listed.theme is not Theme.LOCKS:
            yield raised
            continue
        size, where = known
        said = _SAID[size].format(table=raised.table, where=where)
        level = Level.NOTE if size is Size.SMALL else raised.finding.level
        why = " ".join(filter(None, (raised.finding.why, said)))
        yield replace(raised, finding=replace(raised.finding, level=level, why=why))

"""How large tables are, as far as anybody may know: by the power of ten of what was last counted.

Only `pg_class.reltuples` is read, which VACUUM and ANALYZE write: no row, no statistics.
"""

from __future__ import annotations

from enum import IntEnum

from airlock.server.connect import Session


class Size(IntEnum):
    """A class of table by its rows."""

    SMALL = 1
    """Fewer than ten thousand: whatever reads all of it is through at once."""
    MEDIUM = 2
    LARGE = 3
    """A million and more."""


_QUERY = """
    select
      n.nspname::text,
      c.relname::text,
      case when c.reltuples < 10000 then 1 when c.reltuples < 1000000 then 2 else 3 end
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm')
      and c.reltuples >= 0
      and c.oid >= 16384
"""
"""Of a table that was never counted nothing is known."""


def read_sizes(session: Session) -> dict[tuple[str, str], Size]:
    """Return the class of every table that was counted, by schema and name."""
    return {(schema, name): Size(size) for schema, name, size in session.fetch(_QUERY)}

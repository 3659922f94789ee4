"""What the rules about ON UPDATE and ON DELETE CASCADE share."""

from __future__ import annotations

from collections.abc import Callable

from airlock.checks._keys import foreign_keys
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits
from airlock.checks.syntax import relation

ON = ("create_stmt", "alter_table_stmt")
_CASCADE = "c"


def cascades(action: str, says: str) -> Callable[[Act], Hits]:
    """Return what finds foreign keys whose `action`, a field of the grammar's, cascades.

    `says` is what becomes of a row over there, and of those here.
    """

    def check(act: Act) -> Hits:
        for key in foreign_keys(act):
            if getattr(key.node, action) == _CASCADE:
                yield Hit(
                    message=f"a row of {relation(key.node.pktable)} {says} rows of {key.table}",
                    at=act.offset(key.node.location),
                    table=key.table,
                    subject=f"{key.table}.{','.join(key.columns)}",
                )

    return check

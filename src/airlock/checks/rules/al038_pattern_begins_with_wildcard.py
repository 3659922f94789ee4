"""A pattern begins with a wildcard.

No ordinary index helps with `like '%…'`: Postgres reads the whole table. An index of trigrams
(pg_trgm), or a full-text search, finds words in the middle.

## Example
```sql
create or replace function internal.berries() returns bigint
language sql stable set search_path = ''
as $$ select count(*) from internal.orders where title like '%berry' $$;
```

## Use instead
```sql
create or replace function internal.berries() returns bigint
language sql stable set search_path = ''
as $$ select count(*) from internal.orders where title like 'berry%' $$;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import constant, enum
from airlock.model.finding import Level

_KINDS = frozenset({"AEXPR_LIKE", "AEXPR_ILIKE"})
_WILDCARDS = ("%", "_")


def check(act: Act) -> Hits:
    """Find LIKE and ILIKE with such a constant."""
    for node in act.nodes("A_Expr"):
        if enum(node, "kind") in _KINDS and (constant(node.rexpr) or "").startswith(_WILDCARDS):
            yield Hit(
                message="no ordinary index finds rows by the end of a text",
                at=act.offset(node.location),
                subject=str(node.location),
            )


RULE = Rule(
    level=Level.NOTE,
    act=check,
    opt_in=True,
    bodies=True,
    peers=("bytebase/statement-no-leading-wildcard-like",),
)

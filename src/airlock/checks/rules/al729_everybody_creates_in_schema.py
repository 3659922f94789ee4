"""Everybody can create objects in a schema.

Whoever creates a function or a table in a schema that stands in the search_path of others takes the
place of what they mean: the next query of an administrator calls it, with an administrator's rights
(CVE-2018-1058). Since version 15 Postgres keeps `public` closed.

## Example
```sql
grant create on schema public to authenticated;
```

## Use instead
```sql
revoke create on schema public from authenticated;
```
"""

from airlock.checks._policies import LOW
from airlock.checks._rights import entries, given
from airlock.checks.act import Act
from airlock.checks.rule import Flaw, Flaws, Hit, Hits, Rule, Schema
from airlock.kinds.schema import Schema as Known
from airlock.model.finding import Level
from airlock.server.baseline.lent import PLATFORM_SCHEMAS


def check(act: Act) -> Hits:
    """Find CREATE, or ALL, on a schema for a role of the API."""
    right = given(act.node)
    if right.sort == "OBJECT_SCHEMA" and right.grants and right.low and right.reaches({"create"}):
        schema = right.names[0].name
        yield Hit(message=_message(right.low, schema), subject=schema, fix=_fix(right.low, schema))


def audit(schema: Schema) -> Flaws:
    """Find the same in a schema as it stands."""
    for node in schema.catalog:
        if not isinstance(node, Known) or node.id.path[0] in PLATFORM_SCHEMAS:
            continue
        found = entries(schema.catalog, node.id) or ()
        low = tuple(sorted({who for who, what, _, _ in found if who in LOW and what == "create"}))
        if low:
            name = node.id.path[0]
            yield Flaw(subject=node.id, message=_message(low, name), fix=_fix(low, name))


def _message(low: tuple[str, ...], schema: str) -> str:
    return f"{', '.join(low)} can create objects in the schema {schema}"


def _fix(low: tuple[str, ...], schema: str) -> str:
    return f"revoke create on schema {schema} from {', '.join(low)};"


RULE = Rule(
    level=Level.WARNING,
    on=("grant_stmt",),
    act=check,
    schema=audit,
    blames=("grant_stmt",),
    peers=("pglinter/S",),
)

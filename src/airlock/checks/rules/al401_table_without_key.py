"""A table has no primary key.

Nothing tells one row from another: a row that was written twice cannot be removed without the
other, logical replication refuses UPDATE and DELETE, and the Data API cannot address a row.

Partitions take the key of their whole, and tables that inherit or copy another's structure are left
alone.

## Example
```sql
create table if not exists internal.visits (at timestamptz not null, page text not null);
```

## Use instead
```sql
create table if not exists internal.visits (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    page text not null
);
```
"""

from airlock.checks._keys import keys_of
from airlock.checks.act import Act
from airlock.checks.rule import Fact, Flaw, Flaws, Hit, Hits, Knows, Rule, Schema
from airlock.checks.syntax import Name, relation
from airlock.kinds.constraint import Constraint
from airlock.kinds.partition import Partition
from airlock.kinds.table import Table
from airlock.model.finding import Level

_FIX = "alter table {} add column id bigint generated always as identity primary key;"


def check(act: Act) -> Hits:
    """Find a table that no file gives a key."""
    create = act.node
    table = relation(create.relation)
    copies = any(each.WhichOneof("node") == "table_like_clause" for each in create.table_elts)
    named = create.HasField("of_typename")
    if create.inh_relations or copies or named or create.relation.relpersistence == "t":
        return
    if not any(key.primary for key in keys_of(act)):
        yield Hit(
            message=_message(table),
            at=act.offset(create.relation.location),
            table=table,
            fix=_FIX.format(table),
            unless=(Fact(Knows.PRIMARY_KEY, table),),
        )


def audit(schema: Schema) -> Flaws:
    """Find the same in a schema as it stands."""
    catalog = schema.catalog
    keyed = {node.parent for node in catalog if isinstance(node, Constraint) and node.type == "p"}
    parts = {node.parent for node in catalog if isinstance(node, Partition)}
    for node in catalog:
        if isinstance(node, Table) and not node.inherits and node.id not in keyed | parts:
            table = Name(*node.id.path)
            yield Flaw(subject=node.id, message=_message(table), fix=_FIX.format(table))


def _message(table: Name) -> str:
    return f"{table} has no primary key"


RULE = Rule(
    level=Level.WARNING,
    on=("create_stmt",),
    act=check,
    schema=audit,
    blames=("create_stmt", "create_table_as_stmt", "AT_DropConstraint"),
    peers=(
        "pgrubic/GN004",
        "splinter/0004",
        "bytebase/table-require-pk",
        "pglinter/B001",
    ),
)

"""A foreign key refers to a column of another type.

Postgres accepts it where the two types can be compared, and then casts at every check and join: an
index may not be used, and a value that fits here may not exist over there. Mostly one of the two
was meant to be the other, an `integer` that refers to a `bigint` for one, and the day comes when a
value over there does not fit here. Where only the size differs, as in `varchar(20)` and `varchar`,
it is noted.

## Example
```sql
create table if not exists internal.items (
    id bigint generated always as identity primary key,
    order_id integer not null references internal.orders (id)
);
create index if not exists items_order_id_idx on internal.items (order_id);
```

## Use instead
```sql
create table if not exists internal.items (
    id bigint generated always as identity primary key,
    order_id bigint not null references internal.orders (id)
);
create index if not exists items_order_id_idx on internal.items (order_id);
```

## Given
```sql
create table if not exists internal.orders (id bigint generated always as identity primary key);
```
"""

import re

from airlock.checks._keys import parsed_constraint
from airlock.checks.rule import Flaw, Flaws, Rule, Schema
from airlock.checks.syntax import Name, strings
from airlock.kinds._column import Column
from airlock.kinds.constraint import Constraint
from airlock.model.finding import Level
from airlock.model.names import spell
from airlock.model.node import Id


def audit(schema: Schema) -> Flaws:
    """Find columns of a foreign key whose types differ from those that they refer to."""
    for node in schema.catalog:
        if not isinstance(node, Constraint) or node.type != "f" or node.referenced is None:
            continue
        parsed = parsed_constraint(node.definition)
        if parsed is None:
            continue
        table, other = node.id.path[:2], node.referenced.path
        for name, target in zip(strings(parsed.fk_attrs), strings(parsed.pk_attrs), strict=False):
            own, its = _type(schema, table, name), _type(schema, other, target)
            if own and its and own != its:
                column = f"{Name(*table)}.{spell(name)}"
                yield Flaw(
                    subject=node.id,
                    message=f"{column} is {own}, and {Name(*other)}.{spell(target)}, to which it "
                    f"refers, is {its}",
                    fix=f"alter table {Name(*table)} alter column {spell(name)} type {its};",
                    words=(name, "references"),
                    level=Level.NOTE if _kind(own) == _kind(its) else None,
                )


def _kind(type_: str) -> str:
    """Return a type without its size: columns of one kind compare as they are."""
    return re.sub(r"\([\d, ]+\)", "", type_)


def _type(schema: Schema, table: tuple[str, ...], column: str) -> str | None:
    found = schema.catalog.nodes.get(Id("column", (*table, column)))
    return found.type if isinstance(found, Column) else None


RULE = Rule(
    level=Level.WARNING,
    schema=audit,
    blames=("create_stmt", "alter_table_stmt"),
    peers=("pglinter/B008",),
)

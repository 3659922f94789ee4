"""A new foreign key stops writes to the table that it refers to.

CREATE TABLE with a REFERENCES, and ADD COLUMN with one, take a SHARE ROW EXCLUSIVE lock on the
other table. It is over at once, unless a long write or a long migration is under way: then all
writes to that table queue up behind it. Where that table is busy, add the foreign key by itself in
a small file.

## Example
```sql
create table if not exists internal.notes (
    id bigint generated always as identity primary key,
    order_id bigint not null references internal.orders (id)
);
create index if not exists notes_order_id_idx on internal.notes (order_id);
```

## Use instead
```sql
create table if not exists internal.notes (
    id bigint generated always as identity primary key,
    order_id bigint not null
);
```
"""

from collections.abc import Iterator

from airlock.checks._tables import defaulted, new_constraints
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import (
    Name,
    column_constraints,
    columns,
    enum,
    relation,
    table_constraints,
)
from airlock.model.finding import Level
from airlock.sources.sqltext import Node


def check(act: Act) -> Hits:
    """Find references that are cheap but for their lock; the others are AL105's."""
    for constraint, own in _references(act):
        other = relation(constraint.pktable)
        if other != own:
            yield Hit(
                message=f"writes to {other} wait for the moment in which the reference is made",
                at=act.offset(constraint.location),
                table=other,
                subject=f"{own} {other}",
            )


def _references(act: Act) -> Iterator[tuple[Node, Name]]:
    if act.kind == "create_stmt":
        own = relation(act.node.relation)
        found = [each for column in columns(act.node) for each in column_constraints(column)]
        found += [(enum(each, "contype"), each) for each in table_constraints(act.node)]
        yield from ((each, own) for sort, each in found if sort == "CONSTR_FOREIGN")
        return
    for new in new_constraints(act):
        plain = new.column is not None and defaulted(new.column) is None
        if new.sort == "CONSTR_FOREIGN" and plain:
            yield new.node, new.table


RULE = Rule(
    level=Level.NOTE,
    on=("create_stmt", "alter_table_stmt"),
    act=check,
    spares_new=True,
    opt_in=True,
    peers=("squawk/adding-foreign-key-constraint", "strong_migrations/add_reference"),
)

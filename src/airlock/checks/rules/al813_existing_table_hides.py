"""A table is created only if there is none, and there is a different one.

CREATE TABLE IF NOT EXISTS looks at the name alone. Where a table of that name exists, nothing is
changed: the columns that only this statement has are never made, and what the application writes to
them fails. Add the columns that are missing with ALTER TABLE … ADD COLUMN IF NOT EXISTS.

Airlock compares with a table that the same file creates before, and with production's where it was
asked.

## Example
```sql
create table if not exists internal.orders (id bigint generated always as identity primary key);
create table if not exists internal.orders (
    number bigint generated always as identity primary key,
    note text
);
```

## Use instead
```sql
create table if not exists internal.orders (id bigint generated always as identity primary key);
alter table internal.orders add column if not exists note text;
```
"""

from collections.abc import Set as AbstractSet

from airlock.checks._guards import freed, key
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import Name, columns, relation
from airlock.kinds._column import Column
from airlock.model.finding import Level
from airlock.model.names import few, quote, spell


def check(act: Act) -> Hits:
    """Find columns that only this statement has."""
    table = relation(act.node.relation)
    if not act.node.if_not_exists or act.guarded or freed(act, key("table", *table)):
        return
    existing = _columns(act, table)
    names = [column.colname for column in columns(act.node)]
    missing = [name for name in names if name not in existing]
    if not existing or not missing:
        return
    yield Hit(
        message=f"{table} exists without {few([spell(name) for name in missing])}: "
        "this statement changes nothing",
        table=table,
        fix="\n".join(
            f"alter table {quote(*table)} add column if not exists {quote(name)} …;"
            for name in missing
        ),
    )


def _columns(act: Act, table: Name) -> AbstractSet[str]:
    """Return the columns of the table that is there by then; none where that is not known."""
    for each in act.before:
        if each.kind == "create_stmt" and each.runs and relation(each.node.relation) == table:
            inherits = len(each.node.inh_relations) > 0 or len(each.node.table_elts) == 0
            made = {column.colname for column in columns(each.node)}
            return set() if inherits else made | _added(act, table)
    if act.context.before is None:
        return set()
    found = {
        node.id.path[-1]
        for node in act.context.before
        if isinstance(node, Column) and node.id.path[:2] == tuple(table)
    }
    return found | _added(act, table) if found else set()


def _added(act: Act, table: Name) -> AbstractSet[str]:
    """Return the columns that the file adds before."""
    return {
        getattr(command.alter_table_cmd, "def").column_def.colname
        for each in act.before
        if each.kind == "alter_table_stmt" and relation(each.node.relation) == table
        for command in each.node.cmds
        if getattr(command.alter_table_cmd, "def").HasField("column_def")
    }


RULE = Rule(level=Level.WARNING, on=("create_stmt",), act=check, peers=())

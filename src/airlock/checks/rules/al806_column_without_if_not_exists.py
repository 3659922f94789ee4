"""A second run of the file stops where it adds a column that is there by then.

ADD COLUMN IF NOT EXISTS passes where the column exists. It looks at the name alone: a column of
another type stays as it is.

What the same file drops before, or adds under a condition, is left alone, and so is what stands in
the file's own BEGIN … COMMIT.

## Given
```sql
create table if not exists internal.orders (id bigint generated always as identity primary key);
```

## Example
```sql
alter table internal.orders add column note text;
```

## Use instead
```sql
alter table internal.orders add column if not exists note text;
```
"""

from airlock.checks._guards import IF_NOT_EXISTS, all_or_nothing, freed, insertion
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule, edited
from airlock.checks.syntax import commands, enum, relation
from airlock.model.finding import Level
from airlock.model.names import spell


def check(act: Act) -> Hits:
    """Find columns that ALTER TABLE adds."""
    if act.guarded or all_or_nothing(act) or enum(act.node, "objtype") != "OBJECT_TABLE":
        return
    table = relation(act.node.relation)
    for sort, command in commands(act.node):
        if sort != "AT_AddColumn" or command.missing_ok:
            continue
        column = getattr(command, "def").column_def
        if freed(act, ("column", *table, column.colname), of=table):
            continue
        at = act.offset(column.location)
        edits = insertion(at, IF_NOT_EXISTS)
        yield Hit(
            message=f"a second run fails here: {table} has the column {spell(column.colname)} "
            "by then",
            at=at,
            table=table,
            subject=f"{table}.{column.colname}",
            fix=edited(act, *edits),
            edits=edits,
        )


RULE = Rule(
    level=Level.NOTE,
    on=("alter_table_stmt",),
    act=check,
    words=frozenset({"add"}),
    peers=(
        "squawk/prefer-robust-stmts",
        "postgres-language-server/preferRobustStmts",
        "safe-migrate/missing-idempotency",
    ),
)

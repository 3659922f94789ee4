"""A column is declared as NULL.

That is what every column is without a word, and other databases do not know it. It reads like
`not null` at a glance.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    note text null
);
```

## Use instead
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    note text
);
```
"""

from airlock.checks._columns import declared
from airlock.checks.act import Act
from airlock.checks.rule import Edit, Hit, Hits, Mend, Rule, edited
from airlock.checks.syntax import column_constraints
from airlock.model.finding import Level

_WORD = "null"


def check(act: Act) -> Hits:
    """Find NULL as a constraint; the edit takes it away."""
    for column in declared(act):
        for sort, constraint in column_constraints(column.node):
            if sort != "CONSTR_NULL":
                continue
            at = act.offset(constraint.location)
            text = act.file.text
            start = len(text[:at].rstrip()) if text[at : at + len(_WORD)].lower() == _WORD else at
            edits = (Edit(start=start, end=at + len(_WORD), text=""),) if start < at else ()
            yield Hit(
                message=f"{column} may be empty without this word, too",
                at=at,
                subject=str(column),
                fix=edited(act, *edits) if edits else None,
                edits=edits,
                mend=Mend.SAFE,
            )


RULE = Rule(
    level=Level.NOTE,
    on=("create_stmt", "alter_table_stmt", "create_foreign_table_stmt"),
    act=check,
    opt_in=True,
    peers=("pgrubic/GN021",),
)

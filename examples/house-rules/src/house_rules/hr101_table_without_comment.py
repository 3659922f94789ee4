"""A table has no comment.

Whoever finds it in a year has to guess what a row stands for. Say it in one sentence, in the
migration that creates the table or in a later one that goes out with it.

## Example
```sql
create table if not exists internal.purchases (id bigint generated always as identity primary key);
```

## Use instead
```sql
create table if not exists internal.purchases (id bigint generated always as identity primary key);
comment on table internal.purchases is 'One row for each purchase.';
```
"""

from airlock.checks.act import File
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import qualified, relation
from airlock.model.finding import Level


def check(file: File) -> Hits:
    """Find tables that the file makes and says nothing about."""
    told = {
        qualified(act.node.object.list.items)
        for act in file.acts
        if act.kind == "comment_stmt" and act.node.object.WhichOneof("node") == "list"
    }
    for act in file.acts:
        if act.kind == "create_stmt" and (table := relation(act.node.relation)) not in told:
            yield Hit(
                message=f"nothing says what a row of {table} stands for",
                at=act.offset(act.node.relation.location),
                fix=f"comment on table {table} is '…';",
            )


RULE = Rule(level=Level.WARNING, file=check, peers=())

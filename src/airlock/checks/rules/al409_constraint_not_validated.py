"""A constraint was added NOT VALID and never validated.

It holds for new rows alone. Nobody knows of the old ones, and the planner does not trust it.
Validate it in a later migration: that reads the table while people read and write it.

## Example
```sql
alter table internal.visits add constraint visits_page_check check (page <> '') not valid;
```

## Use instead
```sql
alter table internal.visits add constraint visits_page_check check (page <> '') not valid;
commit;
alter table internal.visits validate constraint visits_page_check;
```

## Given
```sql
create table if not exists internal.visits (
    id bigint generated always as identity primary key,
    page text not null
);
```
"""

from airlock.checks.rule import Flaw, Flaws, Rule, Schema
from airlock.checks.syntax import Name
from airlock.kinds.constraint import Constraint
from airlock.model.finding import Level
from airlock.model.names import spell


def audit(schema: Schema) -> Flaws:
    """Find what is enforced and not validated."""
    for node in schema.catalog:
        if isinstance(node, Constraint) and node.enforced and not node.validated:
            table, name = Name(*node.id.path[:2]), spell(node.id.path[-1])
            yield Flaw(
                subject=node.id,
                message=f"{name} of {table} holds for new rows alone: it was never validated",
                fix=f"alter table {table} validate constraint {name};",
            )


RULE = Rule(level=Level.NOTE, schema=audit, blames=("alter_table_stmt",), peers=())

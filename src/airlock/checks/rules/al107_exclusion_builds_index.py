"""A new exclusion constraint builds its index while nobody can use the table.

The index is built, and every row compared with the others, under an ACCESS EXCLUSIVE lock. There is
no way to build it concurrently. Add it when the table is made or nearly empty; where it is large,
add it in a quiet hour, or fill a new table that has it and let the two change places.

## Example
```sql
alter table public.bookings
    drop constraint if exists bookings_no_overlap,
    add constraint bookings_no_overlap exclude using gist (period with &&);
```

## Use instead
```sql
create table if not exists internal.bookings (
    id bigint generated always as identity primary key,
    period tstzrange not null,
    constraint bookings_no_overlap exclude using gist (period with &&)
);
```
"""

from airlock.checks._tables import new_constraints
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find an exclusion constraint on a table that is there."""
    for new in new_constraints(act):
        if new.sort == "CONSTR_EXCLUSION" or new.node.without_overlaps:
            yield Hit(
                message=f"nobody can use {new.table} while all of its rows are compared",
                at=act.offset(new.node.location),
                table=new.table,
                subject=new.node.conname,
            )


RULE = Rule(
    level=Level.WARNING,
    on=("alter_table_stmt",),
    act=check,
    spares_new=True,
    words=frozenset({"exclude", "overlaps"}),
    peers=(
        "eugene/E8",
        "squawk/constraint-missing-not-valid",
        "strong_migrations/add_exclusion_constraint",
        "django-migration-linter/CREATE_INDEX_EXCLUSIVE",
        "postgres-language-server/avoidAddingExclusionConstraint",
    ),
)

"""A new CHECK is tested on every row while the table is locked.

Postgres reads the whole table under an ACCESS EXCLUSIVE lock: nobody reads or writes it until the
last row is checked. With NOT VALID the check holds for new rows at once and nothing is read.
VALIDATE CONSTRAINT, in a migration of its own, then reads the old rows while everybody goes on
working.

A CHECK that comes with a new column costs the same scan. So does one in a file that validates it
itself: the lock of the first statement is held until the commit.

## Example
```sql
alter table public.orders
    drop constraint if exists orders_total_positive,
    add constraint orders_total_positive check (total_cents > 0);
```

## Use instead
```sql
alter table public.orders
    drop constraint if exists orders_total_positive,
    add constraint orders_total_positive check (total_cents > 0) not valid;
```
```sql
alter table public.orders validate constraint orders_total_positive;
```
"""

from airlock.checks._tables import NewConstraint, end_of, new_constraints, text_of
from airlock.checks.act import Act
from airlock.checks.rule import Edit, Hit, Hits, Mend, Rule
from airlock.model.finding import Level
from airlock.model.names import spell


def check(act: Act) -> Hits:
    """Find a CHECK that is validated where it is added."""
    for new in new_constraints(act):
        if new.sort != "CONSTR_CHECK" or new.node.skip_validation or not new.node.is_enforced:
            continue
        alone = new.column is None
        end = end_of(act, new.node.location)
        yield Hit(
            message=f"nobody can use {new.table} while a CHECK is tested on all of its rows",
            at=act.offset(new.node.location),
            table=new.table,
            subject=new.node.conname or (new.column.colname if new.column else ""),
            fix=_fix(act, new),
            edits=(Edit(start=end, end=end, text=" not valid"),) if alone else (),
            mend=Mend.UNSAFE,
        )


def _fix(act: Act, new: NewConstraint) -> str:
    text = text_of(act, new.node.location)
    name = new.node.conname
    if new.column is not None:
        name = name or f"{new.table.name}_{new.column.colname}_check"
        text = f"constraint {spell(name)} check (…)"
    elif not name:
        name = f"{new.table.name}_check"
        text = f"constraint {spell(name)} {text}"
    return (
        f"alter table {new.table} add {text} not valid;\n"
        f"-- in a later migration:\n"
        f"alter table {new.table} validate constraint {spell(name)};"
    )


RULE = Rule(
    level=Level.WARNING,
    on=("alter_table_stmt",),
    act=check,
    spares_new=True,
    words=frozenset({"check"}),
    peers=(
        "squawk/constraint-missing-not-valid",
        "eugene/E1",
        "pgrubic/US013",
        "strong_migrations/add_check_constraint",
        "bytebase/statement-add-check-not-valid",
        "postgres-language-server/constraintMissingNotValid",
    ),
)

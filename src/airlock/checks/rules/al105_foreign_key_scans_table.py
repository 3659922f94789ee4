"""A new foreign key is tested on every row while both tables refuse writes.

Postgres looks up each row of the table in the other one, and until it is through nobody can write
to either of the two. With NOT VALID new rows are checked at once and nothing is read. VALIDATE
CONSTRAINT, in a migration of its own, reads the old rows while everybody goes on working.

A new column without a default has nothing to look up: its reference is left to AL124.

## Example
```sql
alter table public.orders
    drop constraint if exists orders_customer_fkey,
    add constraint orders_customer_fkey foreign key (customer_id) references public.customers (id);
```

## Use instead
```sql
alter table public.orders
    drop constraint if exists orders_customer_fkey,
    add constraint orders_customer_fkey foreign key (customer_id) references public.customers (id)
    not valid;
```
```sql
alter table public.orders validate constraint orders_customer_fkey;
```

## Given
```sql
create index concurrently if not exists orders_customer_id_idx on public.orders (customer_id);
```
"""

from airlock.checks._tables import NewConstraint, defaulted, end_of, new_constraints, text_of
from airlock.checks.act import Act
from airlock.checks.rule import Edit, Hit, Hits, Mend, Rule
from airlock.checks.syntax import relation
from airlock.model.finding import Level
from airlock.model.names import spell


def check(act: Act) -> Hits:
    """Find a foreign key that is validated where it is added."""
    for new in new_constraints(act):
        if new.sort != "CONSTR_FOREIGN" or new.node.skip_validation or not new.node.is_enforced:
            continue
        if new.column is not None and defaulted(new.column) is None:
            continue
        other = relation(new.node.pktable)
        end = end_of(act, new.node.location)
        yield Hit(
            message=f"writes to {new.table} and to {other} wait while all rows are looked up",
            at=act.offset(new.node.location),
            table=new.table,
            subject=new.node.conname or f"{new.table} {other}",
            fix=_fix(act, new) if new.column is None else None,
            edits=(Edit(start=end, end=end, text=" not valid"),) if new.column is None else (),
            mend=Mend.UNSAFE,
        )


def _fix(act: Act, new: NewConstraint) -> str:
    text, name = text_of(act, new.node.location), new.node.conname
    if not name:
        columns = "_".join(each.string.sval for each in new.node.fk_attrs)
        name = f"{new.table.name}_{columns}_fkey"
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
    words=frozenset({"references"}),
    peers=(
        "squawk/adding-foreign-key-constraint",
        "squawk/constraint-missing-not-valid",
        "eugene/E1",
        "pgrubic/US012",
        "strong_migrations/add_foreign_key",
        "bytebase/statement-add-fk-not-valid",
        "postgres-language-server/addingForeignKeyConstraint",
        "postgres-language-server/constraintMissingNotValid",
    ),
)

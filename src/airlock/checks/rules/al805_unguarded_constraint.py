"""A second run of the file stops at a constraint that is there by then, or adds it once more.

ADD CONSTRAINT knows no IF NOT EXISTS. With a name it fails the second time; a CHECK or a foreign
key without a name is added again under another name, and then every write is tested twice. A DO
block that looks into pg_constraint makes it run once, and does not test all rows again as dropping
and adding it would.

What the same file drops before, or adds under a condition, is left alone, and so is what stands in
the file's own BEGIN … COMMIT.

## Given
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    total_cents bigint not null
);
```

## Example
```sql
alter table internal.orders add constraint orders_total_positive check (total_cents > 0) not valid;
```

## Use instead
```sql
do $$
begin
    if not exists (
        select from pg_constraint
        where conrelid = 'internal.orders'::regclass and conname = 'orders_total_positive'
    ) then
        alter table internal.orders
            add constraint orders_total_positive check (total_cents > 0) not valid;
    end if;
end
$$;
```
"""

from collections.abc import Mapping, Sequence

from airlock.checks._guards import all_or_nothing, freed, wrapped
from airlock.checks.act import Act, File, remembered
from airlock.checks.rule import Edit, Hit, Hits, Rule
from airlock.checks.syntax import commands, enum, relation
from airlock.model.finding import Level
from airlock.model.names import literal, spell
from airlock.sources.sqltext import Node

_KINDS = {
    "CONSTR_PRIMARY": "primary key",
    "CONSTR_UNIQUE": "unique constraint",
    "CONSTR_FOREIGN": "foreign key",
    "CONSTR_CHECK": "check",
    "CONSTR_EXCLUSION": "exclusion constraint",
    "CONSTR_NOTNULL": "not-null constraint",
}
_AGAIN = frozenset({"CONSTR_CHECK", "CONSTR_FOREIGN", "CONSTR_UNIQUE", "CONSTR_EXCLUSION"})
"""What is added a second time where it has no name."""


def check(act: Act) -> Hits:
    """Find constraints that ALTER TABLE adds."""
    if act.guarded or all_or_nothing(act):
        return
    found = list(commands(act.node))
    dropped = {command.name for sort, command in found if sort == "AT_DropConstraint"}
    table = relation(act.node.relation)
    added: set[str] = set()
    for sort, command in found:
        if sort != "AT_AddConstraint":
            continue
        constraint = getattr(command, "def").constraint
        name = constraint.conname
        again = _added_before(act, name) or name in added
        added.add(name)
        if (
            name
            and not again
            and (name in dropped or freed(act, ("constraint", *table, name), of=table))
        ):
            continue
        yield _hit(act, constraint, alone=len(found) == 1)


def _added_before(act: Act, name: str) -> bool:
    """Whether the file adds a constraint of that name before: then a DROP before was for that."""
    before = [adds for index, adds in _said(act.file).get(name, ()) if index < act.index]
    return bool(name) and bool(before) and before[-1]


@remembered
def _said(file: File) -> Mapping[str, Sequence[tuple[int, bool]]]:
    """Return the acts that add or drop a constraint, by its name, and whether they add it."""
    found: dict[str, list[tuple[int, bool]]] = {}
    for act in file.acts:
        for sort, command in commands(act.node) if act.kind == "alter_table_stmt" else ():
            if sort == "AT_DropConstraint":
                found.setdefault(command.name, []).append((act.index, False))
            elif sort == "AT_AddConstraint":
                name = getattr(command, "def").constraint.conname
                found.setdefault(name, []).append((act.index, True))
    return found


def _hit(act: Act, constraint: Node, *, alone: bool) -> Hit:
    table = relation(act.node.relation)
    sort, name = enum(constraint, "contype"), constraint.conname
    kind = _KINDS.get(sort, "constraint")
    if name:
        message = f"a second run fails here: {table} has the {kind} {spell(name)} by then"
    elif sort in _AGAIN:
        message = f"a second run adds this {kind} to {table} once more"
    else:
        message = f"a second run fails here: {table} has a {kind} by then"
    fix: str | None = None
    edits: tuple[Edit, ...] = ()
    if alone and (name or sort == "CONSTR_PRIMARY"):
        var = act.node.relation
        written = literal(spell(*filter(None, (var.schemaname, var.relname))))
        column = f"conname = {literal(name)}" if name else "contype = 'p'"
        test = (
            "not exists (\n    select from pg_constraint\n"
            f"    where conrelid = {written}::regclass and {column}\n)"
        )
        fix, edits = wrapped(act, test)
    return Hit(
        message=message,
        at=act.offset(constraint.location),
        table=table,
        subject=f"{table}.{name}",
        fix=fix,
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

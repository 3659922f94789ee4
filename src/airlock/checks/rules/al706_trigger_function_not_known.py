"""A trigger calls a function that no migration defines, by a name without a schema.

Which function that is, and whether there is one, depends on the database and on the search_path at
that moment: on a fresh database the file fails, and elsewhere it takes whatever has the name.

A function of an applied migration is known where a server was asked; where none was, this is only
noted.

## Given
```sql
create table if not exists internal.notes (
    id bigint generated always as identity primary key,
    updated_at timestamptz not null default now()
);
```

## Example
```sql
create or replace trigger notes_updated_at before update on internal.notes
for each row execute function set_updated_at();
```

## Use instead
```sql
create or replace function internal.set_updated_at() returns trigger
language plpgsql set search_path = ''
as $$
begin
    new.updated_at := now();
    return new;
end
$$;
create or replace trigger notes_updated_at before update on internal.notes
for each row execute function internal.set_updated_at();
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Fact, Hit, Hits, Knows, Rule
from airlock.checks.syntax import PUBLIC, Name, relation, strings
from airlock.kinds.routine import Routine
from airlock.model.finding import Level

_BROUGHT = frozenset(
    {
        "autoinc",
        "insert_username",
        "lo_manage",
        "moddatetime",
        "suppress_redundant_updates_trigger",
        "tcn",
        "tsvector_update_trigger",
        "tsvector_update_trigger_column",
        "unique_key_recheck",
    }
)
"""Functions of Postgres and of extensions."""


def check(act: Act) -> Hits:
    """Find a function without a schema that neither a file nor the schema before it has."""
    names = strings(act.node.funcname)
    if len(names) != 1 or names[0] in _BROUGHT:
        return
    before = act.context.before
    if before is not None and any(
        isinstance(node, Routine) and node.id.path[1] == names[0] for node in before
    ):
        return
    table = relation(act.node.relation)
    yield Hit(
        message=f"the trigger {act.node.trigname} on {table} calls {names[0]}(), "
        "which no migration here defines",
        subject=act.node.trigname,
        level=Level.NOTE if before is None else None,
        fix=f"execute function {Name(table.schema, names[0])}()",
        unless=tuple(
            Fact(Knows.ROUTINE, Name(schema, names[0])) for schema in {PUBLIC, table.schema}
        ),
    )


RULE = Rule(level=Level.WARNING, on=("create_trig_stmt",), act=check, peers=())

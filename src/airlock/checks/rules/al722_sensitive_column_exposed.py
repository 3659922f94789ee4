"""A column that holds a secret or a personal number can be read through the Data API.

Its name says what it is: a password, a token, a card or a number that a state gives out. Nobody's
browser needs another person's. Keep it in a schema that the API does not serve, or grant only the
other columns. Names that may mean less, such as `session_id`, are only noted.

## Example
```sql
create table if not exists public.people (
    id bigint generated always as identity primary key,
    name text not null,
    passport_number text
);
alter table public.people enable row level security;
drop policy if exists "people see each other" on public.people;
create policy "people see each other" on public.people
    for select to authenticated using (true);
grant select (name, passport_number) on public.people to authenticated;
```

## Use instead
```sql
create table if not exists public.people (
    id bigint generated always as identity primary key,
    name text not null
);
alter table public.people enable row level security;
drop policy if exists "people see each other" on public.people;
create policy "people see each other" on public.people
    for select to authenticated using (true);
grant select (name) on public.people to authenticated;
```
"""

from collections.abc import Iterator

from airlock.checks._conditions import truth
from airlock.checks._known import known
from airlock.checks._later import is_undone
from airlock.checks._policies import LOW, Policy, held, stated
from airlock.checks._rights import entries, given
from airlock.checks._sensitive import is_sure, sensitive
from airlock.checks.act import Act, File
from airlock.checks.rule import Flaw, Flaws, Hit, Hits, Knows, Rule, Schema
from airlock.checks.syntax import Name, columns, relation
from airlock.kinds._column import Column
from airlock.kinds.table import Table
from airlock.model.catalog import Catalog
from airlock.model.finding import Level
from airlock.model.names import few
from airlock.model.node import Id, satellite

_READS = {"select"}


def check(act: Act) -> Hits:
    """Find a table without row-level security, an open policy, or a grant on such a column."""
    match act.kind:
        case "create_stmt":
            table = relation(act.node.relation)
            found = sensitive(column.colname for column in columns(act.node))
            served = act.context.supabase and table.schema in act.context.exposed
            if found and served and not is_undone(act):
                yield Hit(
                    message=f"everybody reads {few(found)} of {table} through the Data API",
                    table=table,
                    level=_level(found),
                    unless=known(Knows.ROW_SECURITY, table),
                )
        case "create_policy_stmt":
            policy = stated(act)
            found = sensitive(_columns_made(act.file, policy.table))
            if found and _is_open(policy):
                yield _hit(policy.table, found, ", ".join(policy.low))
        case _:
            right = given(act.node)
            found = sensitive(right.columns)
            if right.grants and found and right.low:
                yield _hit(right.names[0], found, ", ".join(right.low))


def _hit(table: Name, found: list[str], who: str) -> Hit:
    message = f"{who} can read {few(found)} of {table}"
    return Hit(message=message, table=table, level=_level(found))


def _level(found: list[str]) -> Level:
    return Level.ERROR if is_sure(found) else Level.NOTE


def _is_open(policy: Policy) -> bool:
    return bool(
        policy.permissive
        and policy.low
        and "select" in policy.commands
        and policy.using is not None
        and truth(policy.using)
        and policy.table.schema in policy.context.exposed
    )


def _columns_made(file: File, table: Name) -> Iterator[str]:
    for act in file.acts:
        if act.kind == "create_stmt" and relation(act.node.relation) == table:
            yield from (column.colname for column in columns(act.node))


def audit(schema: Schema) -> Flaws:
    """Find such a column that people may read, with nothing between them and the rows."""
    catalog = schema.catalog
    open_to_all = {policy.table: policy.low for policy in held(schema) if _is_open(policy)}
    for node in catalog:
        if not isinstance(node, Table) or node.id.path[0] not in schema.context.exposed:
            continue
        table = Name(*node.id.path)
        for name in sensitive(_columns(catalog, node.id)):
            who = _readers(catalog, node.id, name)
            through = set(open_to_all.get(table, ())) if node.row_security else LOW
            if who and ("public" in through or who & through or "public" in who):
                yield Flaw(
                    subject=Id("column", (*table, name)),
                    message=f"{', '.join(sorted(who))} can read {name} of {table}",
                    level=_level([name]),
                    fix=f"revoke select on {table} from {', '.join(sorted(who))};",
                )


def _columns(catalog: Catalog, table: Id) -> Iterator[str]:
    for id in sorted(catalog.children.get(table, ())):
        if isinstance(catalog.nodes[id], Column):
            yield id.path[-1]


def _readers(catalog: Catalog, table: Id, column: str) -> set[str]:
    own = satellite("grant", Id("column", (*table.path, column)))
    found = entries(catalog, table) or ()
    more = getattr(catalog.nodes.get(own), "entries", ())
    return {who for who, what, _, _ in (*found, *more) if what in _READS and who in LOW}


RULE = Rule(
    level=Level.ERROR,
    on=("create_stmt", "create_policy_stmt", "grant_stmt"),
    act=check,
    schema=audit,
    blames=("create_policy_stmt", "grant_stmt", "create_stmt", "alter_table_stmt"),
    peers=("splinter/0023", "pgrls/SEC045"),
)

"""Everybody can call a SECURITY DEFINER function through the Data API.

It runs with the rights of its owner, past row-level security, and Postgres lets PUBLIC call each
new function: so whoever has the project's public key calls it as `/rpc/…`. Take EXECUTE from PUBLIC
and give it to the roles that need it, or keep the function in a schema that the API does not serve.

A function whose body asks who calls, itself or by a function that does, guards itself, and one that
only `authenticated` may call was given to accounts; both are only noted. Those that only triggers
can call are left alone.

## Given
```sql
create table if not exists internal.bin (
    id bigint generated always as identity primary key
);
```

## Example
```sql
create or replace function public.empty_bin() returns void
language sql security definer set search_path = ''
as $$ delete from internal.bin $$;
```

## Use instead
```sql
create or replace function public.empty_bin() returns void
language sql security definer set search_path = ''
as $$ delete from internal.bin $$;
revoke execute on function public.empty_bin() from public, anon, authenticated;
grant execute on function public.empty_bin() to service_role;
```
"""

from airlock.checks._policies import LOW
from airlock.checks._rights import entries
from airlock.checks._routines import BLAMES, ON, Routine, asks_caller, in_schema, in_text
from airlock.checks.rule import Fact, Hit, Hits, Knows, Rule
from airlock.checks.syntax import Name
from airlock.model.finding import Level

_EVERYBODY = "public"


def judge(routine: Routine) -> Hits:
    """Find one in a schema of the API that a role of the API may execute."""
    if not routine.definer or routine.fires or routine.name.schema not in routine.context.exposed:
        return
    callers = _callers(routine)
    if not callers:
        return
    yield Hit(
        message=f"{', '.join(callers)} can call {routine.label}, which runs as its owner",
        subject=str(routine.name),
        words=callers[:1],
        level=_level(routine, callers),
        fix=f"revoke execute on {routine.target} from {', '.join(callers)};",
        unless=(
            Fact(Knows.REVOKE, routine.name, _EVERYBODY),
            Fact(Knows.REVOKE, Name(routine.name.schema, ""), _EVERYBODY),
        ),
    )


def _level(routine: Routine, callers: tuple[str, ...]) -> Level:
    """Return how much it matters; what only accounts may call was given to them."""
    meant = callers == ("authenticated",) or asks_caller(routine)
    return Level.NOTE if meant else Level.WARNING


def _callers(routine: Routine) -> tuple[str, ...]:
    """Return who may call it: everybody, as long as nothing else was said."""
    if routine.catalog is None or routine.id is None:
        return (_EVERYBODY,)
    found = entries(routine.catalog, routine.id)
    if found is None:
        return (_EVERYBODY,)
    return tuple(sorted({who for who, what, _, _ in found if who in LOW and what == "execute"}))


RULE = Rule(
    level=Level.WARNING,
    on=ON,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=(*BLAMES, "grant_stmt"),
    peers=("splinter/0028", "splinter/0029", "pgrls/SEC014", "pgrls/SEC042"),
)

"""A function, or a language, runs outside of Postgres's own rules.

Code in an untrusted language reads and writes files and opens connections as the server's
operating-system user. Only a superuser can create it, so a hosted project refuses it.

## Example
```sql
create or replace language plpython3u;
```

## Use instead
```sql
create or replace function internal.twice(number bigint) returns bigint
language sql immutable set search_path = ''
as $$ select number * 2 $$;
```
"""

from airlock.checks._routines import stated
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level

OPTION = "allowed_languages"
_UNTRUSTED = frozenset({"c", "internal", "pljavau", "plperlu", "plpython3u", "plpythonu", "pltclu"})


def check(act: Act) -> Hits:
    """Find CREATE LANGUAGE, which may be an extension, and a function in an untrusted one."""
    agreed = act.context.options.get(OPTION, ())
    if act.kind != "create_function_stmt":
        made = act.kind == "create_plang_stmt"
        name = act.node.plname if made else act.node.extname
        if name not in agreed and (made or name in _UNTRUSTED):
            yield Hit(message=f"the language {name} is added to the database", subject=name)
        return
    routine = stated(act)
    if routine.language in _UNTRUSTED and routine.language not in agreed:
        yield Hit(
            message=f"{routine.label} is written in {routine.language}, an untrusted language",
            subject=str(routine.name),
        )


RULE = Rule(
    level=Level.WARNING,
    on=("create_plang_stmt", "create_extension_stmt", "create_function_stmt"),
    act=check,
    peers=("pgrubic/ST002",),
)

"""An error or a notice shows what stands in a row.

RAISE sends its message to whoever made the call, through the Data API too, and writes it to the log
of the server, which more people can read than the table and which is kept for longer. Say which row
it is by its key.

What the caller gave as an argument passes in an error, since nobody else hears it.

## Example
```sql
create or replace function internal.greet() returns trigger
    language plpgsql set search_path = '' as $$
begin
    raise notice 'mail goes to %', new.email;
    return new;
end
$$;
```

## Use instead
```sql
create or replace function internal.greet() returns trigger
    language plpgsql set search_path = '' as $$
begin
    raise notice 'mail goes to customer %', new.id;
    return new;
end
$$;
```
"""

from airlock.checks._messages import raised, rows_in
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find RAISE with a whole row, or with a value that tells of a person or is secret."""
    own = _parameters(act)
    for _, level, words in raised(act):
        told = own if level == "exception" else frozenset()
        found = next((each for each in rows_in(words) if each[1] not in told), None)
        if found is not None and level != "debug":
            at, word = found
            reader = "whoever calls" if level == "exception" else "the log"
            yield Hit(message=f"this shows {word} to {reader}", at=at, length=len(word))


def _parameters(act: Act) -> frozenset[str]:
    """Return what the caller gave himself, so that he may hear it back."""
    if act.kind != "create_function_stmt":
        return frozenset()
    return frozenset(each.function_parameter.name for each in act.node.parameters)


RULE = Rule(
    level=Level.WARNING,
    on=("create_function_stmt", "do_stmt"),
    act=check,
    bodies=True,
    peers=(),
)

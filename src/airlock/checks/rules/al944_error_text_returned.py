"""A function gives the text of an error to whoever calls it.

SQLERRM, and more so DETAIL and CONTEXT, hold what the server was working on: values of rows that
collide, names of tables and constraints, lines of code. A function of the Data API that returns
them shows that to everybody who makes it fail. Return words of your own, and let the error go to
the log.

Functions in schemas that the API does not serve, trigger functions, and functions that the same
file revokes from all pass.

## Example
```sql
create or replace function public.pay(amount bigint) returns text
    language plpgsql set search_path = '' as $$
begin
    return (100 / amount)::text;
exception when others then
    return sqlerrm;
end
$$;
```

## Use instead
```sql
create or replace function public.pay(amount bigint) returns text
    language plpgsql set search_path = '' as $$
begin
    return (100 / amount)::text;
exception when others then
    raise log 'pay failed with %', sqlstate;
    return 'this did not work';
end
$$;
```
"""

import re
from collections.abc import Iterator

from airlock.checks._messages import is_served, raised
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level
from airlock.sources.plpgsql import PartKind

_DIAGNOSTICS = re.compile(
    r"(\w+)\s*:?=\s*(?:message_text|pg_exception_detail|pg_exception_hint|pg_exception_context)\b",
    re.IGNORECASE,
)
_ASSIGNED = re.compile(r"\b(?P<name>\w+)\s*:=(?P<value>[^;]*)")


def check(act: Act) -> Hits:
    """Find such texts in what a function returns or raises as an error."""
    text = act.text.lower()
    if ("sqlerrm" not in text and "diagnostics" not in text) or not is_served(act):
        return
    names = {"sqlerrm", *(name.lower() for name in _DIAGNOSTICS.findall(text))}
    wanted = re.compile(rf"\b(?:{'|'.join(sorted(names))})\b", re.IGNORECASE)
    returned = [(start, part) for start, part in act.parts if part.kind is PartKind.RETURN]
    for start, part in returned:
        if found := wanted.search(part.text):
            yield _hit("returns", found[0], start + found.start())
    for name, at, word in _kept(text, wanted):
        if any(re.search(rf"\b{name}\b", part.text, re.IGNORECASE) for _, part in returned):
            yield _hit("returns", word, act.start + at)
    for _, level, words in raised(act):
        shown = next((each for each in words if each[1] in names), None)
        if shown and level == "exception":
            yield _hit("raises", shown[1], shown[0])


def _kept(text: str, wanted: re.Pattern[str]) -> Iterator[tuple[str, int, str]]:
    """Yield variables that take such a text in: name, place and name of what they take."""
    for assigned in _ASSIGNED.finditer(text):
        found = wanted.search(assigned["value"])
        if found and not wanted.fullmatch(assigned["name"]):
            yield assigned["name"], assigned.start("value") + found.start(), found[0]


def _hit(does: str, word: str, at: int) -> Hit:
    return Hit(message=f"this {does} {word.lower()} to whoever calls", at=at, length=len(word))


RULE = Rule(
    level=Level.WARNING,
    on=("create_function_stmt",),
    act=check,
    bodies=True,
    peers=(),
)

"""A body in SQL stands under the name of another language.

RETURN and BEGIN ATOMIC outside of a string are SQL, and the server refuses them in a function of
another language.

## Example
```sql
create or replace function internal.answer() returns bigint
language plpgsql immutable set search_path = ''
return 42;
```

## Use instead
```sql
create or replace function internal.answer() returns bigint
language sql immutable set search_path = ''
return 42;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Edit, Hit, Hits, Mend, Rule, edited
from airlock.checks.syntax import options, value
from airlock.model.finding import Level
from airlock.sources.lexing import Token, tokens


def check(act: Act) -> Hits:
    """Find one; the edit names SQL."""
    element = options(act.node.options).get("language")
    if element is None or not act.node.HasField("sql_body"):
        return
    language = value(element)
    if language.lower() == "sql":
        return
    _, end = act.word("language")
    start, end = next(
        (begin, until)
        for kind, begin, until in tokens(act.file.text, end)
        if kind is not Token.COMMENT
    )
    edit = Edit(start=start, end=end, text="sql")
    yield Hit(
        message=f"this body is written in SQL, not in {language}",
        at=start,
        length=end - start,
        fix=edited(act, edit),
        edits=(edit,),
        mend=Mend.UNSAFE,
    )


RULE = Rule(
    level=Level.ERROR,
    on=("create_function_stmt",),
    act=check,
    peers=("pgrubic/GN035",),
)

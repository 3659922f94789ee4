"""SELECT INTO makes a table.

It makes a table in SQL and fills a variable in PL/pgSQL, so that the same text means two things,
and whoever reads over it takes it for a query. CREATE TABLE AS says what happens, knows IF NOT
EXISTS, and works in both.

## Example
```sql
select 1 as number into temporary table numbers;
```

## Use instead
```sql
create temporary table if not exists numbers as select 1 as number;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Edit, Hit, Hits, Mend, Rule, edited
from airlock.checks.syntax import relation
from airlock.model.finding import Level
from airlock.sources.lexing import Token, tokens

_OWN = frozenset({"temporary", "temp", "unlogged", "local", "global", "table"})


def check(act: Act) -> Hits:
    """Find one; the edit writes CREATE TABLE AS."""
    if act.node.HasField("into_clause"):
        edits = _edits(act)
        yield Hit(
            message=f"this query makes the table {relation(act.node.into_clause.rel)}",
            at=act.offset(act.node.into_clause.rel.location),
            fix=edited(act, *edits) if edits else None,
            edits=edits,
            mend=Mend.SAFE,
        )


def _edits(act: Act) -> tuple[Edit, ...]:
    if act.node.HasField("with_clause") or act.lead:
        return ()
    start, end = act.word("into")
    dotted = True
    for kind, begin, until in tokens(act.file.text, end):
        word = act.file.text[begin:until].lower()
        if kind is Token.COMMENT:
            return ()
        if word in _OWN and dotted:
            end = until
        elif word == ".":
            dotted, end = True, until
        elif dotted:
            dotted, end = False, until
        else:
            break
    target = act.file.text[start + len("into") : end].strip()
    head = "" if "table" in target.lower().split() else "table "
    words = target.split()
    if head:
        cut = next((n for n, word in enumerate(words) if word.lower() not in _OWN), 0)
        words.insert(cut, "table")
    first = act.offset(0)
    made = " ".join(words)
    return (
        Edit(start=first, end=first, text=f"create {made} as "),
        Edit(start=start, end=_past(act.file.text, end), text=""),
    )


def _past(text: str, end: int) -> int:
    """Return the end of the white space behind a place."""
    return end + len(text[end:]) - len(text[end:].lstrip())


RULE = Rule(
    level=Level.NOTE,
    on=("select_stmt",),
    act=check,
    opt_in=True,
    peers=("pgrubic/GN014",),
)

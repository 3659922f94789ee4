"""CURRENT_TIME is asked for.

It is a time of day with a time zone and without a date: nobody can say what moment that was, since
the offset of a zone changes with the day. CURRENT_TIMESTAMP, or now(), is the moment; a date and a
time of day without a zone are two other types.

## Example
```sql
select current_time;
```

## Use instead
```sql
select current_timestamp;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Edit, Hit, Hits, Mend, Rule, edited
from airlock.checks.syntax import enum
from airlock.model.finding import Level

_WORD = "current_time"


def check(act: Act) -> Hits:
    """Find it anywhere; the edit writes CURRENT_TIMESTAMP."""
    if _WORD not in act.text.lower():
        return
    for node in act.nodes("SQLValueFunction"):
        if enum(node, "op").startswith("SVFOP_CURRENT_TIME") and "STAMP" not in enum(node, "op"):
            at = act.offset(node.location)
            edit = Edit(start=at, end=at + len(_WORD), text="current_timestamp")
            yield Hit(
                message="a time of day in a time zone is no moment without its date",
                at=at,
                subject=str(node.location),
                fix=None if act.lead else edited(act, edit),
                edits=(edit,),
                mend=Mend.UNSAFE,
            )


RULE = Rule(
    level=Level.WARNING,
    act=check,
    bodies=True,
    peers=("pgrubic/GN020",),
)

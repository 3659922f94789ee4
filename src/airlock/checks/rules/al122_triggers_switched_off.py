"""Triggers are switched off and not switched on again.

Whatever they keep up, copies, counters, audit rows, is wrong from then on, and nothing says so.
DISABLE TRIGGER ALL, and `session_replication_role = replica`, switch off foreign keys as well: rows
without a partner come in. Switch them on again in the same file, and see to it that what they
missed is made up for.

## Example
```sql
alter table public.orders disable trigger orders_audit;
```

## Use instead
```sql
alter table public.orders disable trigger orders_audit;
alter table public.orders enable trigger orders_audit;
```
"""

from airlock.checks._tables import altered, others
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import Name
from airlock.model.finding import Level

_OFF = {"AT_DisableTrig": "AT_EnableTrig", "AT_DisableTrigAll": "AT_EnableTrigAll"}
_OFF |= {"AT_DisableTrigUser": "AT_EnableTrigUser"}
_SETTING = "session_replication_role"


def check(act: Act) -> Hits:
    """Find what is switched off for good."""
    if act.kind == "variable_set_stmt":
        if act.node.name == _SETTING and _is_replica(act) and not _is_reset(act):
            yield Hit(message="no trigger runs and no foreign key is checked from here on")
        return
    for table, sort, command in altered(act):
        if sort in _OFF and not _is_switched_on(act, table, _OFF[sort], command.name):
            what = f"the trigger {command.name}" if command.name else "every trigger"
            yield Hit(
                message=f"{what} of {table} stays switched off",
                table=table,
                subject=f"{table} {command.name}",
                fix=f"alter table {table} enable trigger "
                f"{command.name or sort.removeprefix('AT_DisableTrig').lower()};",
            )


def _is_replica(act: Act) -> bool:
    given = act.node.args
    return len(given) == 1 and given[0].a_const.sval.sval.lower() == "replica"


def _is_reset(act: Act) -> bool:
    return act.node.is_local or any(
        later.kind == "variable_set_stmt" and later.node.name == _SETTING and not _is_replica(later)
        for later in act.after
    )


def _is_switched_on(act: Act, table: Name, sort: str, trigger: str) -> bool:
    return any(
        later.index > act.index and command.name in {trigger, ""}
        for each in {sort, "AT_EnableTrigAll"}
        for later, command in others(act, table, each)
    )


RULE = Rule(
    level=Level.WARNING,
    on=("alter_table_stmt", "variable_set_stmt"),
    act=check,
    spares_new=True,
    peers=("safe-migrate/disable-trigger",),
)

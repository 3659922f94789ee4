"""A setting makes the server write statements, with their values, to its log.

What people type goes along: addresses, passwords that are set, whole rows. The log is read by more
people than the tables, is shipped to other services and kept for longer. Turn it on by hand, for as
long as it is needed.

## Example
```sql
alter database postgres set log_statement = 'all';
```

## Use instead
```sql
alter database postgres set log_statement = 'ddl';
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import constant
from airlock.model.finding import Level
from airlock.sources.sqltext import Node

_LOGS = {
    "log_statement": frozenset({"all", "mod"}),
    "log_parameter_max_length": None,
    "log_parameter_max_length_on_error": None,
    "log_min_duration_statement": None,
    "log_min_duration_sample": None,
    "log_statement_sample_rate": None,
    "auto_explain.log_min_duration": None,
    "auto_explain.log_parameter_max_length": None,
    "auto_explain.log_analyze": None,
    "pgaudit.log_parameter": None,
    "pgaudit.log_rows": None,
}
"""Settings, and the values that matter; None where all but those that turn it off do."""
_OFF = frozenset({"", "-1", "0", "off", "false", "none"})


def check(act: Act) -> Hits:
    """Find such settings, for whomever, and the module that logs plans."""
    if act.kind == "load_stmt":
        if "auto_explain" in act.node.filename:
            yield Hit(message="plans, with the values of queries, go to the log")
        return
    node = act.node if act.kind == "variable_set_stmt" else act.node.setstmt
    name = node.name.lower()
    given = _given(node)
    meant = _LOGS.get(name, frozenset())
    if (given not in _OFF) if meant is None else (given in meant):
        yield Hit(message=f"{name} makes the values of statements go to the log", subject=name)


def _given(node: Node) -> str:
    for each in node.args:
        text = constant(each)
        if text is not None:
            return text.lower()
        if each.WhichOneof("node") == "a_const":
            return str(each.a_const.ival.ival) if each.a_const.HasField("ival") else "on"
    return ""


RULE = Rule(
    level=Level.WARNING,
    on=(
        "variable_set_stmt",
        "alter_database_set_stmt",
        "alter_role_set_stmt",
        "alter_system_stmt",
        "load_stmt",
    ),
    act=check,
    peers=(),
)

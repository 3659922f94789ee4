"""Views, routines, and what calls them: triggers, rules, policies, operators, casts."""

# ruff: noqa: A001 - a type is a type

from __future__ import annotations

from airlock.model.names import literal, quote
from schemas.pen import Pen, columns, flag, maybe, number, one, pick, schema
from schemas.thing import Ref, Sort, Thing, Type
from schemas.world import RELATIONS, TABLES, World

_SOURCES = sorted(RELATIONS)
_VOLATILITY = one("volatile", "volatile", "stable", "immutable")


def _is_source(thing: Thing) -> bool:
    return thing.sort != "typed table"


def _args(pen: Pen) -> tuple[object, ...]:
    found: list[tuple[str, Type, bool]] = []
    for at in range(pen.number(2)):
        with_default = pen.chance(0.3) or (found and found[-1][2])
        found.append((f"arg {at}", pen.type(made=0.4), bool(with_default)))
    return tuple(found)


def _parameters(world: World, routine: Thing) -> str:
    parts, ready = [], True
    for name, type, has_default in reversed(routine["args"]):
        # One without a default may not follow one that has it.
        ready = ready and has_default
        default = f" default {world.value(type)}" if ready else ""
        parts.append(f"{quote(name)} {world.type(type)}{default}")
    return ", ".join(reversed(parts))


def _returned(world: World, function: Thing) -> tuple[str, str]:
    """Return what a function returns, and a query that gives it."""
    rows = function["rows"]
    if rows and function["body"] != "plpgsql":
        name = world.q(rows)
        return f"setof {name}", f"select * from {name}"
    type = function["type"]
    value = world.value(type, function["number"])
    if function["reads"]:
        value = f"(select {value} from {world.q(function['reads'])} limit 1)"
    return world.type(type), f"select {value}"


def _function(world: World, function: Thing) -> str:
    returns, query = _returned(world, function)
    text = f"create function {world.q(function)}({_parameters(world, function)})"
    text += f" returns {returns}"
    if function["body"] == "plpgsql":
        value = query.removeprefix("select ")
        text += f" language plpgsql{_ways(function)} as {literal(f'begin return {value}; end')}"
    elif function["body"] == "atomic":
        text += f" language sql{_ways(function)} begin atomic {query}; end"
    else:
        text += f" language sql{_ways(function)} as {literal(query)}"
    return text


def _ways(function: Thing) -> str:
    text = f" {function['volatility']}"
    if function["strict"]:
        text += " strict"
    if function["definer"]:
        text += " security definer set search_path = pg_catalog, pg_temp"
    if function["parallel"]:
        text += f" parallel {function['parallel']}"
    return text + (f" cost {function['cost']}" if function["cost"] else "")


def _procedure(world: World, procedure: Thing) -> str:
    body = f"begin perform {procedure['number']}; end"
    return (
        f"create procedure {world.q(procedure)}({_parameters(world, procedure)})"
        f" language plpgsql{' security definer' if procedure['definer'] else ''}"
        f" as {literal(body)}"
    )


def _aggregate(world: World, aggregate: Thing) -> str:
    start = f", initcond = '{aggregate['number']}'" if aggregate["start"] else ""
    parallel = f", parallel = {aggregate['parallel']}" if aggregate["parallel"] else ""
    return (
        f"create aggregate {world.q(aggregate)}(integer)"
        f" (sfunc = {aggregate['step']}, stype = integer{start}{parallel})"
    )


def _trigger_function(world: World, function: Thing) -> str:
    event = function.sort == "event function"
    body = f"begin perform {function['number']};{'' if event else ' return null;'} end"
    kind = "event_trigger" if event else "trigger"
    return (
        f"create function {world.q(function)}() returns {kind} language plpgsql"
        f"{' security definer' if function['definer'] else ''} as {literal(body)}"
    )


def _view(world: World, view: Thing) -> str | None:
    options = []
    if view["barrier"]:
        options.append("security_barrier = true")
    if view["invoker"] and world.major >= 15:
        options.append("security_invoker = true")
    if not world.chosen(world[view["source"]], view["columns"]) and not view["extra"]:
        return None
    text = f"create view {world.q(view)}"
    text += f" with ({', '.join(options)})" if options else ""
    text += f" as {world.query(view)}"
    if view["check"] and world[view["source"]].sort in TABLES:
        text += f" with {view['check']} check option"
    return text


def _materialized(world: World, view: Thing) -> str:
    options = f" with (fillfactor = {view['fillfactor']})" if view["fillfactor"] else ""
    return f"create materialized view {world.q(view)}{options} as {world.query(view)}"


def _trigger(world: World, trigger: Thing) -> str | None:
    relation = world[trigger["relation"]]
    events = sorted(trigger["events"]) or ["insert"]
    name, on = quote(trigger.name), world.q(relation)
    row = trigger["row"]
    timing = trigger["timing"]
    if relation.sort == "view":
        timing, row = "instead of", True
    elif trigger["constraint"] and relation.sort == "table":
        timing, row = "after", True
    text = "create "
    constrains = trigger["constraint"] and relation.sort == "table"
    if constrains:
        text += "constraint "
    (column, *_) = world.columns(relation)
    if trigger["of"] and "update" in events and relation.sort != "view" and not column.virtual:
        events = [f"update of {quote(column.name)}" if e == "update" else e for e in events]
    text += f"trigger {name} {timing} {' or '.join(events)} on {on}"
    if constrains and trigger["deferred"]:
        text += " deferrable initially deferred"
    text += _transition(world, trigger, relation, events, timing if not constrains else "")
    text += f" for each {'row' if row else 'statement'}"
    if trigger["when"] is not None and row and timing != "instead of" and len(events) == 1:
        which = "old" if events[0] == "delete" else "new"
        condition = world.test(column, trigger["when"]).replace(
            quote(column.name), f"{which}.{quote(column.name)}"
        )
        text += f" when ({condition})"
    text += f" execute function {world.q(trigger['function'])}({trigger['argument']})"
    if trigger["enabled"] and relation.sort != "view":
        kind = "foreign table" if relation.sort == "foreign table" else "table"
        text += f";\nalter {kind} {on} {trigger['enabled']} trigger {name}"
    return text


def _transition(
    world: World, trigger: Thing, relation: Thing, events: list[str], timing: str
) -> str:
    """Return transition tables, where one event on a table by itself allows them."""
    fits = relation.sort == "table" and timing == "after" and len(events) == 1
    if not trigger["transition"] or not fits or " of " in events[0]:
        return ""
    if trigger["row"] and (world.is_partitioned(relation) or world.parent(relation)):
        return ""
    which = "old" if events[0] == "delete" else "new"
    return f' referencing {which} table as "the rows"'


def _rule(world: World, rule: Thing) -> str:
    relation = world[rule["relation"]]
    where = ""
    columns = world.columns(relation)
    if rule["test"] is not None and columns and rule["event"] != "insert" and rule["other"]:
        test = world.test(columns[0], rule["test"])
        name = quote(columns[0].name)
        where = f" where {test.replace(name, f'old.{name}')}"
    action = f"notify {quote('channel ' + str(rule['number']))}"
    if rule["other"]:
        action = f"delete from {world.q(rule['other'])}"
    instead = " instead" if rule["instead"] else " also"
    text = f"create rule {quote(rule.name)} as on {rule['event']} to {world.q(relation)}{where}"
    text += f" do{instead} {action}"
    if rule["enabled"] and relation.sort == "table":
        text += f";\nalter table {world.q(relation)} {rule['enabled']} rule {quote(rule.name)}"
    return text


def _policy(world: World, policy: Thing) -> str:
    table = world[policy["table"]]
    (column, *_) = world.chosen(table, policy["columns"])
    condition = world.test(column, policy["number"])
    if policy["exists"]:
        condition += f" and exists (select from {world.q(policy['exists'])})"
    if policy["call"]:
        condition += f" and ({world.call(policy['call'])})::text is not null"
    command = policy["command"]
    text = f"create policy {quote(policy.name)} on {world.q(table)}"
    text += " as restrictive" if policy["restrictive"] else ""
    text += f" for {command}"
    if policy["roles"]:
        text += f" to {', '.join(world.q(role) for role in policy['roles'])}"
    if command != "insert" and (policy["using"] or command in {"select", "delete"}):
        text += f" using ({condition})"
    if command in {"all", "insert", "update"} and policy["check"]:
        text += f" with check ({condition})"
    return text


def _event_trigger(world: World, trigger: Thing) -> str:
    tags = f" when tag in ({', '.join(map(literal, trigger['tags']))})" if trigger["tags"] else ""
    text = f"create event trigger {world.q(trigger)} on {trigger['event']}{tags}"
    text += f" execute function {world.q(trigger['function'])}()"
    if trigger["enabled"]:
        text += f";\nalter event trigger {world.q(trigger)} {trigger['enabled']}"
    return text


def _operator(world: World, operator: Thing) -> str:
    sign = f"{quote(world.namespace(operator))}.{_sign(operator)}"
    function = "int4eq" if operator["equal"] else "int4lt"
    rest = ", hashes, merges" if operator["equal"] and operator["hashes"] else ""
    rest += ", restrict = eqsel" if operator["restrict"] else ""
    return (
        f"create operator {sign} (function = {function}, leftarg = integer,"
        f" rightarg = integer{rest})"
    )


def _sign(operator: Thing) -> str:
    return "#" + "".join("<>~"[int(digit)] for digit in _ternary(operator.key)) + "#"


def _ternary(number: int) -> str:
    return (_ternary(number // 3) if number >= 3 else "") + str(number % 3)


def _cast(world: World, cast: Thing) -> str | None:
    if not world.is_first(cast, "type", "target"):
        return None
    return (
        f"create cast ({world.q(cast['type'])} as {cast['target']}) with inout"
        f"{' as assignment' if cast['assignment'] else ''}"
    )


def _extra(pen: Pen) -> Ref | Type | None:
    """Draw a last column of a view: a constant of some type, or a call."""
    match pen.number(3):
        case 0:
            return pen.maybe(1, "function", where=lambda f: not f["rows"])
        case 1:
            return pen.type(made=0.8)
        case _:
            return None


_VIEW = {
    "schema": schema,
    "source": pick(*_SOURCES, where=_is_source),
    "columns": columns("source", 3),
    "extra": _extra,
    "test": one(None, None, 0, 1, 2, 3),
    "exists": maybe(0.15, *_SOURCES),
}
_FILLED = ("table", "partition", "materialized view")
_SCALAR = lambda thing: not thing["rows"]  # noqa: E731

SORTS = (
    Sort(
        name="function",
        fields={
            "schema": schema,
            "args": _args,
            "type": lambda pen: pen.type(made=0.5),
            "rows": maybe(0.15, *_SOURCES),
            "reads": maybe(0.25, *_SOURCES),
            "body": one("string", "string", "atomic", "plpgsql"),
            "number": number(),
            "volatility": _VOLATILITY,
            "strict": flag(0.2),
            "definer": flag(0.2),
            "parallel": one(None, None, "safe", "restricted"),
            "cost": one(None, None, 7),
        },
        sql=_function,
        weight=6,
    ),
    Sort(
        name="procedure",
        fields={"schema": schema, "args": _args, "definer": flag(), "number": number()},
        sql=_procedure,
    ),
    Sort(
        name="aggregate",
        fields={
            "schema": schema,
            "step": one("int4pl", "int4larger", "int4smaller"),
            "start": flag(),
            "number": number(),
            "parallel": one(None, "safe"),
        },
        sql=_aggregate,
    ),
    Sort(
        name="trigger function",
        fields={"schema": schema, "definer": flag(), "number": number()},
        sql=_trigger_function,
        weight=3,
    ),
    Sort(
        name="event function",
        fields={"schema": schema, "definer": flag(), "number": number()},
        sql=_trigger_function,
    ),
    Sort(
        name="view",
        fields={
            **_VIEW,
            "barrier": flag(0.2),
            "invoker": flag(0.2),
            "check": one(None, None, None, "local", "cascaded"),
        },
        sql=_view,
        weight=7,
    ),
    Sort(
        name="materialized view",
        # It is filled at once: what it reads has to be readable by everybody who owns a part.
        fields={
            **_VIEW,
            "source": pick(*_FILLED),
            "exists": maybe(0.15, *_FILLED),
            "fillfactor": one(None, None, 70),
        },
        sql=_materialized,
        weight=3,
    ),
    Sort(
        name="trigger",
        fields={
            "relation": pick("table", "view", "foreign table"),
            "function": pick("trigger function"),
            "timing": one("before", "after"),
            "events": lambda pen: pen.some(("insert", "update", "delete"), 2),
            "row": flag(0.6),
            "constraint": flag(0.15),
            "deferred": flag(),
            "of": flag(0.3),
            "transition": flag(),
            "when": one(None, None, 0, 1, 4),
            "argument": one("", "", "'it''s'"),
            "enabled": one(None, None, None, "disable", "enable always", "enable replica"),
        },
        sql=_trigger,
        weight=4,
    ),
    Sort(
        name="rule",
        fields={
            "relation": pick("table", "view"),
            "event": one("insert", "update", "delete"),
            "other": maybe(0.4, "table"),
            "instead": flag(0.4),
            "test": one(None, None, 0, 1),
            "number": number(),
            "enabled": one(None, None, None, "disable", "enable always"),
        },
        sql=_rule,
    ),
    Sort(
        name="policy",
        fields={
            "table": pick("table", "partition"),
            "columns": columns("table", 1),
            "command": one("all", "select", "insert", "update", "delete"),
            "restrictive": flag(),
            "roles": lambda pen: pen.some([Ref(t.key) for t in pen.all("role")], 2),
            "using": flag(0.7),
            "check": flag(0.5),
            "exists": maybe(0.2, "table", "view"),
            "call": maybe(0.3, "function", where=_SCALAR),
            "number": number(),
        },
        sql=_policy,
        weight=4,
    ),
    Sort(
        name="event trigger",
        fields={
            "function": pick("event function"),
            "event": one("ddl_command_end", "ddl_command_start", "sql_drop"),
            "tags": lambda pen: pen.some(("CREATE TABLE", "DROP TABLE", "ALTER TABLE"), 2),
            "enabled": one(None, None, "disable", "enable always"),
        },
        sql=_event_trigger,
    ),
    Sort(
        name="operator",
        fields={"schema": schema, "equal": flag(0.5), "hashes": flag(), "restrict": flag()},
        sql=_operator,
    ),
    Sort(
        name="cast",
        fields={
            "type": pick("enum", "composite", "range"),
            "target": one("integer", "bigint", "text"),
            "assignment": flag(0.5),
        },
        sql=_cast,
    ),
)
sign = _sign

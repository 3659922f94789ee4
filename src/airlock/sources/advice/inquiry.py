"""Advice where the rows are nobody's to see here: what an admin can run to see them there.

Built from what `About` holds, names that are verified, and from the user's own file; of what the
server said there is nothing to build on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airlock.model.failure import About
from airlock.model.names import literal, quote, spell
from airlock.sources.advice import writing
from airlock.sources.advice.case import Case
from airlock.sources.sqltext import Node, tree, walk, written

_ON_WHOLE_TABLES = frozenset(
    {"ALTER TABLE", "CREATE INDEX", "REINDEX", "REFRESH MATERIALIZED VIEW"}
)
"""What fails over rows that are there; anything else fails over rows that it writes."""
_SEEN_BY_HAND = (
    "what the server says of it may hold a row, so it is not shown here. Who may see rows can run "
    "the statement by hand:\nbegin; … rollback;"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """A constraint or unique index that a statement adds, each part as SQL."""

    name: str
    values: tuple[str, ...] = ()
    """Columns or expressions that are looked at."""
    operators: tuple[str, ...] = ()
    other: str = ""
    """The table that a foreign key refers to."""
    other_columns: tuple[str, ...] = ()
    condition: str = ""
    """What a check demands, or which rows an index is about."""


def inquiry(case: Case) -> str | None:
    """Return what an admin can do about a refusal of a protected database."""
    failure = case.failure
    assert failure.about is not None, "only what was made anew says what it is about"
    state = failure.sqlstate
    if about := _BY_CODE.get(state):
        return about(case, failure.about)
    if state in _WITHOUT_WORDS:
        return _WITHOUT_WORDS[state](case)
    if state.startswith("22") and (found := _retyped(case, failure.about)):
        return found
    return _SEEN_BY_HAND if not state or state.startswith(_ABOUT_ROWS) else None


_ABOUT_ROWS = ("20", "21", "22", "23", "27", "44", "P0", "XX")
"""Classes of errors in which the rows decide; the others hang on the schema alone."""


# Constraints -----------------------------------------------------------------------------------


def _unique(case: Case, about: About) -> str | None:
    rule = _rule(case, about, {"CONSTR_UNIQUE", "CONSTR_PRIMARY"})
    values = (rule.values if rule else ()) or _columns(about)
    table = _table(case, about)
    if not values:
        return _SEEN_BY_HAND
    listed = ", ".join(values)
    if case.tag in _ON_WHOLE_TABLES:
        where = f"\nwhere {rule.condition}" if rule and rule.condition else ""
        return (
            "rows with the same values are there; mend them in this file first. An admin sees "
            f"them with:\nselect {listed}, count(*)\nfrom {table}{where}\ngroup by {listed}\n"
            "having count(*) > 1;"
        )
    skip = (
        f" To pass over such rows: on conflict ({listed}) do nothing"
        if case.tag == "INSERT" and not case.failure.message.startswith("at COMMIT")
        else ""
    )
    return (
        f"the statement writes values of ({listed}) that are there, or some twice.{skip}\n"
        f"An admin sees what is there with:\nselect {listed} from {table};"
    )


def _not_null(case: Case, about: About) -> str | None:
    table = _table(case, about)
    if about.column is None:
        return _SEEN_BY_HAND
    column = spell(about.column)
    if case.tag not in _ON_WHOLE_TABLES:
        return f"give {column} a value in every row that the statement writes, or a default."
    if any(each.name == about.column for each in _commands(case, "AT_AddColumn")):
        return (
            f"{table} has rows, which get no value for {column}. Add it with a default, or add it "
            f"without NOT NULL, fill it in, then:\nalter table {table} alter column {column} set "
            "not null;"
        )
    return (
        f"fill it in first: update {table} set {column} = … where {column} is null;\n"
        f"An admin sees the rows with:\nselect * from {table} where {column} is null;"
    )


def _foreign_key(case: Case, about: About) -> str | None:
    rule = _rule(case, about, {"CONSTR_FOREIGN"})
    table = _table(case, about)
    if rule is None:
        # It is there already, so the catalog knows what it is.
        rule = _Rule(
            name="",
            values=_columns(about),
            other=spell(*about.other),
            other_columns=tuple(spell(name) for name in about.other_columns),
        )
    values, other, others = rule.values, rule.other, rule.other_columns
    if not values or not other:
        return _SEEN_BY_HAND
    others = others or ("<its primary key>",) * len(values)
    pairs = zip(values, others, strict=False)
    same = " and ".join(f"p.{there} = c.{here}" for here, there in pairs)
    given = " and ".join(f"c.{here} is not null" for here in values)
    orphans = (
        f"select * from {table} c\nwhere {given}\n"
        f"and not exists (select from {other} p where {same});"
    )
    if case.tag == "ALTER TABLE":
        name = f"{spell(about.constraint)} " if about.constraint else "it "
        return (
            f"rows of {table} refer to rows that are not there. Mend them in this file first, or "
            f"add {name}with NOT VALID. An admin sees them with:\n{orphans}"
        )
    if case.tag in {"INSERT", "COPY"}:
        return f"the rows that are referred to have to be in {other} before."
    return (
        f"rows of {table} refer to what goes from {other}, or to what never was there. An admin "
        f"sees who refers to it with:\nselect * from {table} c\n"
        f"where exists (select from {other} p where {same});"
    )


def _check(case: Case, about: About) -> str | None:
    table = _table(case, about)
    if about.constraint is None:
        return (
            "no partition takes a row, or a row is outside of its partition's bounds. An admin "
            "sees the bounds with:\nselect c.oid::regclass, pg_get_expr(c.relpartbound, c.oid)\n"
            "from pg_inherits i\njoin pg_class c on c.oid = i.inhrelid\n"
            f"where i.inhparent = {literal(table)}::regclass;"
        )
    rule = _rule(case, about, {"CONSTR_CHECK"})
    if case.tag in _ON_WHOLE_TABLES and rule is not None:
        return (
            "rows that are there break it. Mend them in this file first, or add it with NOT VALID. "
            f"An admin sees them with:\nselect * from {table} where not ({rule.condition});"
        )
    which = "that are there" if case.tag in _ON_WHOLE_TABLES else "that the statement writes"
    return (
        f"rows {which} break it. An admin gets the query that shows such rows from:\n"
        "select format('select * from %s where not (%s);',\n"
        "  conrelid::regclass, pg_get_expr(conbin, conrelid))\nfrom pg_constraint\n"
        f"where conname = {literal(about.constraint)} and conrelid = {literal(table)}::regclass;"
    )


def _exclusion(case: Case, about: About) -> str | None:
    rule = _rule(case, about, {"CONSTR_EXCLUSION"})
    table = _table(case, about)
    if rule is None:
        name = f" where conname = {literal(about.constraint)}" if about.constraint else ""
        return (
            "rows that the statement writes are in conflict, with each other or with some that "
            "are there. An admin sees what is compared with:\n"
            f"select pg_get_constraintdef(oid) from pg_constraint{name};"
        )
    where = f" where {rule.condition}" if rule.condition else ""
    if all(value.replace("_", "").isalnum() for value in rule.values):
        pairs = zip(rule.values, rule.operators, strict=True)
        same = " and ".join(f"a.{value} {operator} b.{value}" for value, operator in pairs)
        source = f"(select ctid, * from {table}{where})" if where else table
        query = f"select a.*, b.*\nfrom {source} a\njoin {source} b on a.ctid < b.ctid and {same};"
    else:
        made = ", ".join(f"{value} as v{n}" for n, value in enumerate(rule.values))
        same = " and ".join(
            f"a.v{n} {operator} b.v{n}" for n, operator in enumerate(rule.operators)
        )
        query = (
            f"with r as (select ctid, {made} from {table}{where})\nselect a.*, b.*\nfrom r a\n"
            f"join r b on a.ctid < b.ctid and {same};"
        )
    return (
        "rows that are there are in conflict with each other; mend them in this file first. An "
        f"admin sees them with:\n{query}"
    )


def _retyped(case: Case, about: About) -> str | None:
    """Return what finds the rows whose value is not valid for a column's new type."""
    for command in _commands(case, "AT_AlterColumnType"):
        definition = getattr(command, "def").column_def
        column = spell(command.name)
        if definition.HasField("raw_default"):
            value = written(definition.raw_default)
        else:
            value = f"{column}::{_type(definition.type_name)}"
        table = _table(case, about)
        inside = table.replace("'", "''").replace("%", "%%")
        return (
            "values that are there do not fit the new type; mend them in this file first. An "
            "admin gets a query for each such row from:\n"
            "do $find$\ndeclare place tid;\nbegin\n"
            f"  for place in select ctid from {table} loop\n    begin\n"
            f"      perform {value} from {table} where ctid = place;\n"
            "    exception when others then\n"
            f"      raise notice 'select * from {inside} where ctid = ''%'';', place;\n"
            "    end;\n  end loop;\nend $find$;"
        )
    return None


def _cancelled(case: Case, about: About) -> str | None:
    del case, about
    return (
        "if it needs longer than statement_timeout allows, write above it, for this file alone: "
        "set statement_timeout = '15min';"
    )


_BY_CODE: Mapping[str, Callable[[Case, About], str | None]] = {
    "23502": _not_null,
    "23503": _foreign_key,
    "23505": _unique,
    "23514": _check,
    "23P01": _exclusion,
    "57014": _cancelled,
}
_WITHOUT_WORDS: Mapping[str, Callable[[Case], str | None]] = {
    "2D000": writing.transaction_in_block,
    "40P01": writing.deadlock,
    "55P03": writing.lock_timeout,
    "55P04": writing.enum_at_once,
}
"""Advice that hangs on the code alone."""


# The file's own statement ----------------------------------------------------------------------


def _table(case: Case, about: About) -> str:
    """Return the table that it is about, as SQL; the statement's own where the error names none."""
    if about.table is not None:
        return spell(*(part for part in (about.schema, about.table) if part))
    found = tree(case.text)
    relation = getattr(found.node, "relation", None) if found else None
    return _relation(relation) if relation is not None and relation.relname else "<table>"


def _columns(about: About) -> tuple[str, ...]:
    return tuple(spell(name) for name in about.columns)


def _rule(case: Case, about: About, kinds: set[str]) -> _Rule | None:
    """Return the constraint or index that the statement adds and the error is about.

    One without a name gets it from Postgres, and is known by being the only one of its kind.
    """
    found = list(_rules(case, kinds))
    fit = [rule for rule in found if rule.name == about.constraint]
    fit = fit or [rule for rule in found if not rule.name]
    return fit[0] if len(fit) == 1 else None


def _rules(case: Case, kinds: set[str]) -> Iterator[_Rule]:
    found = tree(case.text)
    if found is None:
        return
    if found.kind == "index_stmt" and "CONSTR_UNIQUE" in kinds:
        node = found.node
        yield _Rule(
            name=node.idxname,
            values=tuple(_element(each.index_elem) for each in node.index_params),
            condition=written(node.where_clause) if node.HasField("where_clause") else "",
        )
        return
    for kind, node in walk(found.node):
        if kind == "Constraint" and _enum(node, "contype") in kinds:
            yield _constraint(node)


def _constraint(node: Node) -> _Rule:
    pairs = [each.list.items for each in node.exclusions]
    condition = next(
        (written(getattr(node, field)) for field in ("raw_expr", "where_clause")
         if node.HasField(field)),
        "",
    )  # fmt: skip
    return _Rule(
        name=node.conname,
        values=tuple(_element(pair[0].index_elem) for pair in pairs)
        or _names(node.fk_attrs)
        or _names(node.keys),
        operators=tuple(_operator(pair[1].list.items) for pair in pairs),
        other=_relation(node.pktable) if node.HasField("pktable") else "",
        other_columns=_names(node.pk_attrs),
        condition=condition,
    )


def _commands(case: Case, subtype: str) -> Iterator[Node]:
    """Yield the parts of an ALTER TABLE that are of a kind."""
    found = tree(case.text)
    if found is None or found.kind != "alter_table_stmt":
        return
    for each in found.node.cmds:
        command = each.alter_table_cmd
        if _enum(command, "subtype") == subtype:
            yield command


def _element(element: Node) -> str:
    return spell(element.name) if element.name else written(element.expr)


def _operator(parts: Sequence[Any]) -> str:
    names = [part.string.sval for part in parts]
    return names[-1] if len(names) == 1 else f"operator({quote(*names[:-1])}.{names[-1]})"


def _relation(node: Node) -> str:
    return spell(*(part for part in (node.schemaname, node.relname) if part))


def _names(nodes: Sequence[Any]) -> tuple[str, ...]:
    return tuple(spell(node.string.sval) for node in nodes)


def _type(node: Node) -> str:
    """Return a type as SQL: what a cast to it is written as, without what is cast."""
    cast = tree("select null::int")
    assert cast is not None
    value = cast.node.target_list[0].res_target.val
    value.type_cast.type_name.CopyFrom(node)
    return written(value).partition("::")[2]


def _enum(node: Node, field: str) -> str:
    return str(node.DESCRIPTOR.fields_by_name[field].enum_type.values_by_number[
        getattr(node, field)].name)  # fmt: skip

"""Operators, with what the optimizer knows about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._spec import Context, Impact, KindSpec, Resolve, Row, by_attributes
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Lock, Step, Verb

_LATE_PARTNERS = 17
"""First major that can give an operator partners and hashing after its creation."""
_NO_TYPE = "none"
"""The missing side of a prefix operator; types of that name are spelled with their schema."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator(Node):
    """An operator, addressed by schema, name and the types of both sides."""

    function: str = attr(holds=Holds.NAMES)
    """As `regproc` spells it."""
    commutator: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    """Qualified, without its types, which follow from this operator's."""
    negator: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    restrict: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    """The function that estimates how many rows a condition keeps."""
    join: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    """The function that estimates how many rows a join keeps."""
    hashes: bool = attr(OnChange.ALTER)
    merges: bool = attr(OnChange.ALTER)
    late_partners: bool = attr(OnChange.IGNORE)
    """Whether the server can set commutator, negator, hashes and merges where they are not set."""


def query(major: int) -> str:
    """Return the query of operators; those that only a partner has named so far are left out."""
    return f"""
        select
          o.oid,
          n.nspname as schema,
          o.oprname as name,
          case when o.oprleft <> 0 then format_type(o.oprleft, null) end as left_type,
          format_type(o.oprright, null) as right_type,
          o.oprcode::text as function,
          case when o.oprcom <> 0 then {_qualified("oc")} end as commutator,
          case when o.oprnegate <> 0 then {_qualified("og")} end as negator,
          nullif(o.oprrest::text, '-') as restrict,
          nullif(o.oprjoin::text, '-') as join,
          o.oprcanhash as hashes,
          o.oprcanmerge as merges,
          {"true" if major >= _LATE_PARTNERS else "false"} as late_partners
        from pg_operator o
        join pg_namespace n on n.oid = o.oprnamespace
        left join pg_operator oc on oc.oid = o.oprcom
        left join pg_namespace ocn on ocn.oid = oc.oprnamespace
        left join pg_operator og on og.oid = o.oprnegate
        left join pg_namespace ogn on ogn.oid = og.oprnamespace
        where o.oprcode <> 0
          and {own_schema("n")}
          and {no_member("pg_operator", "o.oid")}
    """


def _qualified(alias: str) -> str:
    return f"'operator(' || quote_ident({alias}n.nspname) || '.' || {alias}.oprname || ')'"


def load(row: Row, resolve: Resolve) -> Operator:
    """Read an operator."""
    del resolve
    return Operator(
        id=Id("operator", (row.schema, row.name, row.left_type or _NO_TYPE, row.right_type)),
        parent=Id("schema", (row.schema,)),
        function=row.function,
        commutator=row.commutator,
        negator=row.negator,
        restrict=row.restrict,
        join=row.join,
        hashes=row.hashes,
        merges=row.merges,
        late_partners=row.late_partners,
    )


def address(id: Id) -> str:
    """Return `operator "schema".+ (left, right)`."""
    schema, name, left, right = id.path
    return f"operator {quote(schema)}.{name} ({left}, {right})"


def create(operator: Operator, context: Context) -> Iterator[Step]:
    """Create it; a partner that is not there yet is a promise that its own creation keeps."""
    del context
    schema, name, left, right = operator.id.path
    options = [f"function = {operator.function}"]
    if left != _NO_TYPE:
        options.append(f"leftarg = {left}")
    options.append(f"rightarg = {right}")
    options += [f"{name} = {value}" for name, value in _partners(operator).items() if value]
    options += [f"{name} = {value}" for name, value in _estimates(operator).items() if value]
    options += [name for name, value in _abilities(operator).items() if value]
    yield Step(
        sql=f"create operator {quote(schema)}.{name}",
        verb=Verb.CREATE,
        target=operator.id,
        elements=tuple(options),
    )


def drop(operator: Operator, context: Context) -> Iterator[Step]:
    """Drop it."""
    del context
    yield Step(sql=f"drop {address(operator.id)}", verb=Verb.DROP, target=operator.id)


def impact(old: Operator, new: Operator, changed: frozenset[str]) -> Impact:
    """Weigh a change: what is set of partners and abilities is set for good."""
    fixed = changed & {"commutator", "negator", "hashes", "merges"}
    unset = not any(getattr(old, name) for name in fixed)
    if fixed and not (old.late_partners and unset):
        return Impact.REPLACE
    return by_attributes(old, new, changed)


def alter(
    old: Operator, new: Operator, changed: frozenset[str], context: Context
) -> Iterator[Step]:
    """Set what the optimizer knows about it."""
    del old, context
    actions = [f"{name} = {value}" for name, value in _partners(new).items() if name in changed]
    actions += [
        f"{name} = {value or 'none'}" for name, value in _estimates(new).items() if name in changed
    ]
    actions += [name for name in _abilities(new) if name in changed]
    yield Step(
        sql=f"alter {address(new.id)} set ({', '.join(actions)})",
        verb=Verb.ALTER,
        target=new.id,
    )


def _partners(operator: Operator) -> dict[str, str | None]:
    return {"commutator": operator.commutator, "negator": operator.negator}


def _estimates(operator: Operator) -> dict[str, str | None]:
    return {"restrict": operator.restrict, "join": operator.join}


def _abilities(operator: Operator) -> dict[str, bool]:
    return {"hashes": operator.hashes, "merges": operator.merges}


SPEC = KindSpec(
    name="operator",
    node=Operator,
    catalog="pg_operator",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    impact=impact,
    locks=dict.fromkeys(Verb, Lock.NONE),
    order=37,
    address=address,
)

"""Which tables an act locks, and how much (PostgreSQL manual, 13.3.1 and ALTER TABLE; measured).

Only locks that make somebody wait are listed: from SHARE on, which stops writers, to ACCESS
EXCLUSIVE, which stops readers too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from airlock.checks._drops import dropped
from airlock.checks._tables import altered, definition
from airlock.checks.act import Act, File, once, remembered
from airlock.checks.syntax import (
    Name,
    column_constraints,
    columns,
    enum,
    is_on,
    options,
    relation,
    table_constraints,
)
from airlock.model.step import Lock


class Locked(NamedTuple):
    """A relation, and the strongest lock that an act takes on it."""

    name: Name
    lock: Lock


_LIGHT = frozenset(
    {
        "AT_ValidateConstraint",
        "AT_SetStatistics",
        "AT_SetOptions",
        "AT_ResetOptions",
        "AT_SetRelOptions",
        "AT_ResetRelOptions",
        "AT_ClusterOn",
        "AT_DropCluster",
        "AT_AttachPartition",
        "AT_DetachPartitionFinalize",
    }
)
"""Commands of ALTER TABLE that let rows be read and written meanwhile."""
_TRIGGERS = ("AT_EnableTrig", "AT_DisableTrig", "AT_EnableAlwaysTrig", "AT_EnableReplicaTrig")
_NO_TABLE = frozenset({"schema", "type", "domain", "function", "procedure", "routine", "aggregate"})
_NO_TABLE |= {"extension"}
_RENAMED = frozenset({"OBJECT_TABLE", "OBJECT_COLUMN", "OBJECT_VIEW", "OBJECT_MATVIEW"})
_RENAMED |= {"OBJECT_TABCONSTRAINT", "OBJECT_TRIGGER", "OBJECT_POLICY"}


@once
def locked(act: Act) -> Iterator[Locked]:
    """Yield what an act locks that the file has not made itself before."""
    find = _FINDS.get(act.kind)
    if find is not None:
        yield from (each for each in find(act) if not act.is_new(each.name))


@once
def excluded(act: Act) -> Iterator[Name]:
    """Yield the relations that nobody can read any more until the transaction ends."""
    yield from (each.name for each in locked(act) if each.lock is Lock.ACCESS_EXCLUSIVE)


def held(act: Act) -> Iterator[Name]:
    """Yield what earlier statements of the transaction have shut out everybody from."""
    for index, name in _in_order(act.file).get(act.transaction, ()):
        if index >= act.outermost.index:
            return
        yield name


def newly_excluded(act: Act) -> Sequence[Name]:
    """Return what the act is the first of its transaction to shut everybody out from."""
    return _by_act(act.file).get(act.index, ())


@remembered
def _in_order(file: File) -> Mapping[int | None, Sequence[tuple[int, Name]]]:
    found: dict[int | None, dict[Name, int]] = defaultdict(dict)
    for act in file.acts:
        if act.runs and act.transaction is not None:
            for name in excluded(act):
                found[act.transaction].setdefault(name, act.index)
    return {
        transaction: [(index, name) for name, index in each.items()]
        for transaction, each in found.items()
    }


@remembered
def _by_act(file: File) -> Mapping[int, Sequence[Name]]:
    found: dict[int, list[Name]] = defaultdict(list)
    for each in _in_order(file).values():
        for index, name in each:
            found[index].append(name)
    return found


def _altered(act: Act) -> Iterator[Locked]:
    for table, sort, command in altered(act):
        if sort == "AT_AttachPartition":
            partition = definition(command).partition_cmd.name
            yield Locked(relation(partition), Lock.ACCESS_EXCLUSIVE)
        if sort in _LIGHT or (sort == "AT_DetachPartition" and _is_concurrent(command)):
            continue
        if sort.startswith(_TRIGGERS):
            yield Locked(table, Lock.SHARE_ROW_EXCLUSIVE)
            continue
        foreign = list(_references(sort, command))
        only_foreign = sort == "AT_AddConstraint" and bool(foreign)
        yield Locked(table, Lock.SHARE_ROW_EXCLUSIVE if only_foreign else Lock.ACCESS_EXCLUSIVE)
        yield from (Locked(other, Lock.SHARE_ROW_EXCLUSIVE) for other in foreign)


def _is_concurrent(command: object) -> bool:
    return bool(definition(command).partition_cmd.concurrent)


def _references(sort: str, command: object) -> Iterator[Name]:
    if sort == "AT_AddConstraint":
        constraint = definition(command).constraint
        if enum(constraint, "contype") == "CONSTR_FOREIGN":
            yield relation(constraint.pktable)
    elif sort == "AT_AddColumn":
        for kind, constraint in column_constraints(definition(command).column_def):
            if kind == "CONSTR_FOREIGN":
                yield relation(constraint.pktable)


def _created(act: Act) -> Iterator[Locked]:
    node = act.node
    if node.HasField("partbound"):
        for parent in node.inh_relations:
            yield Locked(relation(parent.range_var), Lock.ACCESS_EXCLUSIVE)
    found = [each for column in columns(node) for each in column_constraints(column)]
    found += [(enum(each, "contype"), each) for each in table_constraints(node)]
    for sort, constraint in found:
        if sort == "CONSTR_FOREIGN":
            yield Locked(relation(constraint.pktable), Lock.SHARE_ROW_EXCLUSIVE)


def _dropped(act: Act) -> Iterator[Locked]:
    if not act.node.concurrent:
        for each in dropped(act):
            if each.sort not in _NO_TABLE:
                yield Locked(each.name, Lock.ACCESS_EXCLUSIVE)


def _renamed(act: Act) -> Iterator[Locked]:
    if enum(act.node, "rename_type") in _RENAMED:
        yield Locked(relation(act.node.relation), Lock.ACCESS_EXCLUSIVE)


def _indexed(act: Act) -> Iterator[Locked]:
    if not act.node.concurrent:
        yield Locked(relation(act.node.relation), Lock.SHARE)


def _reindexed(act: Act) -> Iterator[Locked]:
    if act.node.HasField("relation") and not is_on(options(act.node.params).get("concurrently")):
        yield Locked(relation(act.node.relation), Lock.SHARE)


def _refreshed(act: Act) -> Iterator[Locked]:
    lock = Lock.EXCLUSIVE if act.node.concurrent else Lock.ACCESS_EXCLUSIVE
    yield Locked(relation(act.node.relation), lock)


def _vacuumed(act: Act) -> Iterator[Locked]:
    if is_on(options(act.node.options).get("full")):
        for each in act.node.rels:
            yield Locked(relation(each.vacuum_relation.relation), Lock.ACCESS_EXCLUSIVE)


def _by_hand(act: Act) -> Iterator[Locked]:
    mode = Lock(act.node.mode)
    if mode >= Lock.SHARE:
        yield from (Locked(relation(each.range_var), mode) for each in act.node.relations)


def _truncated(act: Act) -> Iterator[Locked]:
    for each in act.node.relations:
        yield Locked(relation(each.range_var), Lock.ACCESS_EXCLUSIVE)


def _whole(field: str, lock: Lock) -> Callable[[Act], Iterator[Locked]]:
    """Return how to find the one relation that a field of the statement names."""

    def find(act: Act) -> Iterator[Locked]:
        if act.node.HasField(field):
            yield Locked(relation(getattr(act.node, field)), lock)

    return find


_FINDS: Mapping[str, Callable[[Act], Iterator[Locked]]] = {
    "alter_object_schema_stmt": _whole("relation", Lock.ACCESS_EXCLUSIVE),
    "alter_policy_stmt": _whole("table", Lock.ACCESS_EXCLUSIVE),
    "alter_table_stmt": _altered,
    "cluster_stmt": _whole("relation", Lock.ACCESS_EXCLUSIVE),
    "create_policy_stmt": _whole("table", Lock.ACCESS_EXCLUSIVE),
    "create_stmt": _created,
    "create_trig_stmt": _whole("relation", Lock.SHARE_ROW_EXCLUSIVE),
    "drop_stmt": _dropped,
    "index_stmt": _indexed,
    "lock_stmt": _by_hand,
    "refresh_mat_view_stmt": _refreshed,
    "reindex_stmt": _reindexed,
    "rename_stmt": _renamed,
    "rule_stmt": _whole("relation", Lock.ACCESS_EXCLUSIVE),
    "truncate_stmt": _truncated,
    "vacuum_stmt": _vacuumed,
}
LOCKING = tuple(_FINDS)
"""The kinds of act that lock tables."""

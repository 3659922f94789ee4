"""Functions in one shape, whether a statement makes them or a catalog holds them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from airlock.checks._later import is_undone
from airlock.checks.act import Act, Context, read, remembered
from airlock.checks.rule import Flaw, Flaws, Hit, Hits, Schema
from airlock.checks.syntax import (
    Name,
    called,
    enum,
    options,
    qualified,
    routine_body,
    signature,
    type_of,
    value,
)
from airlock.kinds.routine import Routine as Known
from airlock.model.catalog import Catalog
from airlock.model.node import Id
from airlock.server.baseline.lent import PLATFORM_SCHEMAS
from airlock.sources.sqltext import Node

ON = ("create_function_stmt",)
BLAMES = ("create_function_stmt", "alter_function_stmt")
_EVENT = frozenset({"trigger", "event_trigger"})
_LETTER = {"f": "function", "p": "procedure", "w": "function"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Routine:
    """A function or a procedure."""

    name: Name
    signature: str
    """What tells it from its overloads, in parentheses; empty where types are not plain."""
    word: str
    """`function` or `procedure`."""
    language: str
    volatility: str
    definer: bool
    leakproof: bool
    returns: str
    path: tuple[str, ...] | None
    """The schemas of its own search_path; None where it sets none."""
    context: Context
    act: Act
    """CREATE FUNCTION; of a catalog's, the one that Postgres prints."""
    id: Id | None = None
    catalog: Catalog | None = None
    askers: Askers | None = None

    @property
    def label(self) -> str:
        """What messages call it."""
        return f"{self.word} {self.name}"

    @property
    def target(self) -> str:
        """What ALTER and REVOKE call it."""
        return f"{self.word} {self.name}{self.signature}"

    @property
    def fires(self) -> bool:
        """Whether only a trigger can call it."""
        return self.returns in _EVENT

    @property
    def inner(self) -> Iterator[Act]:
        """What its body does, as far as it can be read."""
        if self.act.node.HasField("sql_body"):
            yield self.act
        for each in self.act.after:
            if each.outermost is not self.act.outermost:
                return
            yield each


class Askers:
    """The functions of a schema that ask who calls; they are looked for when that is asked."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    @cached_property
    def names(self) -> frozenset[tuple[str, ...]]:
        """As they can be called, with a schema and without."""
        calls = {routine.name: _calls(routine) for routine in held(self._schema)}
        found: set[tuple[str, ...]] = set()
        new = {name for name, own in calls.items() if _asks(own)}
        while new:
            found |= {tuple(name) for name in new} | {(name.name,) for name in new}
            new = {
                name
                for name, own in calls.items()
                if tuple(name) not in found and not own.isdisjoint(found)
            }
        return frozenset(found)


Judge = Callable[[Routine], Iterable[Hit]]


def in_text(judge: Judge) -> Callable[[Act], Hits]:
    """Return what asks the same of CREATE FUNCTION."""

    def check(act: Act) -> Hits:
        if not is_undone(act):
            yield from judge(stated(act))

    return check


def in_schema(judge: Judge) -> Callable[[Schema], Flaws]:
    """Return what asks the same of each function of a schema; the first answer counts."""

    def audit(schema: Schema) -> Flaws:
        for routine in held(schema):
            for hit in judge(routine):
                assert routine.id is not None
                yield Flaw(
                    subject=routine.id,
                    message=hit.message,
                    level=hit.level,
                    why=hit.why,
                    fix=hit.fix,
                    words=hit.words,
                )
                break

    return audit


@remembered
def stated(act: Act) -> Routine:
    """Return what CREATE FUNCTION says."""
    return _read(act)


def held(schema: Schema) -> Iterator[Routine]:
    """Yield the functions of a schema, those of the platform left out."""
    askers = Askers(schema)
    for node in schema.catalog:
        if not isinstance(node, Known) or node.kind not in _LETTER:
            continue
        if schema.context.supabase and node.id.path[0] in PLATFORM_SCHEMAS:
            continue
        act = _printed(node.definition)
        if act is not None:
            yield replace(_read(act, node, schema), askers=askers)


@lru_cache(maxsize=4096)
def _printed(definition: str) -> Act | None:
    """Read a function as Postgres prints it."""
    acts = read("", definition, Context()).acts
    return acts[0] if acts and acts[0].kind == "create_function_stmt" else None


def _read(act: Act, known: Known | None = None, schema: Schema | None = None) -> Routine:
    node = act.node
    found = options(node.options)
    body = routine_body(act.kind, node)
    returns = type_of(node.return_type).name if node.HasField("return_type") else ""
    return Routine(
        name=qualified(node.funcname),
        signature=f"({known.id.path[-1]})" if known else signature(node),
        word="procedure" if node.is_procedure else "function",
        language=body.language if body else "sql",
        volatility=value(found["volatility"]) if "volatility" in found else "volatile",
        definer="security" in found and value(found["security"]) == "true",
        leakproof="leakproof" in found and value(found["leakproof"]) == "true",
        returns=returns,
        path=_path(node.options),
        context=schema.context if schema else act.context,
        act=act,
        id=known.id if known else None,
        catalog=schema.catalog if schema else None,
    )


def _path(elements: Iterable[Node]) -> tuple[str, ...] | None:
    for each in elements:
        element = each.def_elem
        if element.defname != "set" or element.arg.WhichOneof("node") != "variable_set_stmt":
            continue
        setting = element.arg.variable_set_stmt
        if setting.name == "search_path" and enum(setting, "kind") == "VAR_SET_VALUE":
            return tuple(arg.a_const.sval.sval for arg in setting.args)
    return None


def altered_paths(node: Node) -> Iterator[Name]:
    """Yield the function that an `AlterFunctionStmt` gives a search_path."""
    if _path(node.actions) is not None:
        yield qualified(node.func.objname)


def asks_caller(routine: Routine) -> bool:
    """Whether its body asks who calls, itself or by a function of the schema that does."""
    names = _calls(routine)
    if _asks(names):
        return True
    return routine.askers is not None and not names.isdisjoint(routine.askers.names)


def _calls(routine: Routine) -> frozenset[tuple[str, ...]]:
    return frozenset(called(call) for act in routine.inner for call in act.nodes("FuncCall"))


def _asks(names: Iterable[tuple[str, ...]]) -> bool:
    return any(name[:1] == ("auth",) or name == ("current_setting",) for name in names)

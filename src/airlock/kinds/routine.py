"""Functions, procedures and window functions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._spec import Context, Impact, KindSpec, Resolve, Row, by_attributes
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Step, Verb

_WORDS = {"f": "function", "p": "procedure", "w": "function"}
_VOLATILITY = {"i": "immutable", "s": "stable", "v": "volatile"}
_PARALLEL = {"s": "safe", "r": "restricted", "u": "unsafe"}
_READ = {"sql", "plpgsql"}
"""Languages whose bodies name what they use in SQL's own way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routine(Node):
    """A function or procedure; overloads differ in the types of their input parameters."""

    kind: str = attr(holds=Holds.NAMES)
    """`f` function, `p` procedure, `w` window function."""
    modes: str = attr(holds=Holds.NAMES)
    """A letter for each parameter: `i` in, `o` out, `b` both, `v` variadic, `t` table."""
    types: tuple[str, ...] = attr(holds=Holds.NAMES)
    names: tuple[str, ...] = attr(OnChange.ALTER, holds=Holds.NAMES)
    """Of the parameters, empty where one has none."""
    returns: str | None = attr(holds=Holds.NAMES)
    """As `pg_get_function_result` prints it; None for a procedure without output."""
    defaults: str | None = attr(OnChange.ALTER, holds=Holds.SQL)
    """Of the last `default_count` input parameters."""
    default_count: int = attr(OnChange.ALTER)
    language: str = attr(OnChange.ALTER, holds=Holds.NAMES)
    volatility: str = attr(OnChange.ALTER, holds=Holds.NAMES)
    strict: bool = attr(OnChange.ALTER)
    security_definer: bool = attr(OnChange.ALTER)
    leakproof: bool = attr(OnChange.ALTER)
    parallel: str = attr(OnChange.ALTER, holds=Holds.NAMES)
    settings: tuple[str, ...] = attr(OnChange.ALTER, holds=Holds.OPTIONS)
    """`name=value` of each SET, in order."""
    definition: str = attr(OnChange.ALTER, holds=Holds.SQL)
    """The whole CREATE OR REPLACE, body, cost, rows, support and transforms included."""
    mentions: tuple[str, ...] = attr(OnChange.IGNORE, holds=Holds.WORDS)
    """Identifiers in a body that is a string: what it may need, since `pg_depend` knows nothing."""


def query(major: int) -> str:
    """Return the query of routines; a range type's constructors are part of the type."""
    del major
    return f"""
        select
          p.oid,
          n.nspname as schema,
          p.proname as name,
          oidvectortypes(p.proargtypes) as signature,
          p.prokind::text as kind,
          coalesce(array_to_string(p.proargmodes, ''), repeat('i', p.pronargs)) as modes,
          (
            select array_agg(format_type(a.type, null) order by a.number)
            from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]))
              with ordinality a(type, number)
          ) as types,
          p.proargnames as names,
          pg_get_function_result(p.oid) as returns,
          pg_get_expr(p.proargdefaults, 0) as defaults,
          p.pronargdefaults as default_count,
          l.lanname as language,
          p.provolatile::text as volatility,
          p.proisstrict as strict,
          p.prosecdef as security_definer,
          p.proleakproof as leakproof,
          p.proparallel::text as parallel,
          p.proconfig as settings,
          pg_get_functiondef(p.oid) as definition
        from pg_proc p
        join pg_namespace n on n.oid = p.pronamespace
        join pg_language l on l.oid = p.prolang
        where p.prokind <> 'a'
          and {own_schema("n")}
          and {no_member("pg_proc", "p.oid")}
          and not exists (
            select from pg_depend d
            where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i'
          )
    """


def load(row: Row, resolve: Resolve) -> Routine:
    """Read a routine."""
    del resolve
    types = tuple(row.types or ())
    definition = row.definition.strip()
    return Routine(
        id=Id("routine", (row.schema, row.name, row.signature)),
        parent=Id("schema", (row.schema,)),
        kind=row.kind,
        modes=row.modes,
        types=types,
        names=tuple(row.names or ("",) * len(types)),
        returns=row.returns,
        defaults=row.defaults,
        default_count=row.default_count,
        language=row.language,
        volatility=_VOLATILITY[row.volatility],
        strict=row.strict,
        security_definer=row.security_definer,
        leakproof=row.leakproof,
        parallel=_PARALLEL[row.parallel],
        settings=tuple(row.settings or ()),
        definition=definition,
        mentions=_mentions(definition) if row.language in _READ else (),
    )


def address(id: Id) -> str:
    """Return `routine "schema"."name"(integer, text)`."""
    return f"routine {_named(id)}"


def claims(id: Id) -> tuple[tuple[str, ...], ...]:
    """Claim a name and a signature, which aggregates have as well."""
    return (("routine", *id.path),)


def create(routine: Routine, context: Context) -> Iterator[Step]:
    """Create it; one that is there already is an error, not replaced."""
    del context
    yield Step(
        sql=routine.definition.replace("CREATE OR REPLACE ", "CREATE ", 1),
        verb=Verb.CREATE,
        target=routine.id,
    )


def drop(routine: Routine, context: Context) -> Iterator[Step]:
    """Drop it."""
    del context
    yield Step(
        sql=f"drop {_WORDS[routine.kind]} {_named(routine.id)}",
        verb=Verb.DROP,
        target=routine.id,
    )


def impact(old: Routine, new: Routine, changed: frozenset[str]) -> Impact:
    """Weigh a change: CREATE OR REPLACE keeps to what calls may rely on.

    It may name a parameter that had no name and add defaults, never the reverse (manual, CREATE
    FUNCTION, Notes). A default of a polymorphic parameter keeps its type.
    """
    if "names" in changed and not _only_named(old, new):
        return Impact.REPLACE
    if new.default_count < old.default_count:
        return Impact.REPLACE
    polymorphic = any(each.startswith(("any", '"any')) for each in new.types)
    if polymorphic and "defaults" in changed and old.defaults:
        return Impact.REPLACE
    return by_attributes(old, new, changed)


def alter(old: Routine, new: Routine, changed: frozenset[str], context: Context) -> Iterator[Step]:
    """Replace it under the eyes of who calls it."""
    del old, changed, context
    yield Step(sql=new.definition, verb=Verb.ALTER, target=new.id)


def _only_named(old: Routine, new: Routine) -> bool:
    """Whether only input parameters without a name got one."""
    if old.modes != new.modes:
        return False
    return all(
        before == after or (not before and mode in "ibv")
        for mode, before, after in zip(old.modes, old.names, new.names, strict=True)
    )


def _named(id: Id) -> str:
    return f"{quote(*id.path[:-1])}({id.path[-1]})"


_BODY = re.compile(r"\nAS (\$\w*\$)(.*)\1\Z", re.DOTALL)
_TOKEN = re.compile(
    r"""
    --[^\n]* | /\*.*?\*/
    | '(?P<text>(?:[^']|'')*)'
    | "(?P<quoted>(?:[^"]|"")+)"
    | (?P<plain>[^\W\d][\w$]*)
    """,
    re.DOTALL | re.VERBOSE,
)
_NAME = re.compile(r'[\w$"]+(?:\.[\w$"]+)*')
"""A string that may be a name, as in `nextval('public.numbers')`."""


def _mentions(definition: str) -> tuple[str, ...]:
    """Return the identifiers of a string body, in order; quoted ones in small letters as well."""
    body = _BODY.search(definition)
    if body is None:
        return ()
    found: set[str] = set()
    for token in _TOKEN.finditer(body[2]):
        if token["plain"]:
            found.add(token["plain"].lower())
        elif token["quoted"]:
            name = token["quoted"].replace('""', '"')
            found |= {name, name.lower()}
        elif token["text"] and _NAME.fullmatch(token["text"]):
            found |= {part.strip('"') for part in token["text"].split(".")}
    return tuple(sorted(found))


SPEC = KindSpec(
    name="routine",
    verbatim=True,
    node=Routine,
    catalog="pg_proc",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    impact=impact,
    locks={},
    order=35,
    address=address,
    claims=claims,
    # A body that is no string (BEGIN ATOMIC) is compiled against the columns that it reads.
    pins_types=True,
)

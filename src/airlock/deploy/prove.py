"""Prove a plan: apply it to a copy of one side, and hold what comes out against the other.

The judge is pg_dump, which shares no code with Airlock; then Airlock's own reading; then a second
plan, which must be empty. The copy holds made-up rows, since a change may work on empty tables
only.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from airlock.deploy.observe import is_measured, run_observed, surprises
from airlock.deploy.rows import Filled, fill
from airlock.diff.compare import Added, Change, Changed, Removed, compare
from airlock.kinds._spec import Style
from airlock.model.catalog import Catalog
from airlock.model.failure import Failure, StatementRefused
from airlock.model.names import few, quote, spell
from airlock.model.node import Id
from airlock.model.plan import Plan
from airlock.model.proof import Measured, Proof
from airlock.model.step import Loss
from airlock.plan.planner import plan as planned
from airlock.plan.script import script
from airlock.server.address import Address
from airlock.server.baseline import PLATFORM_ROLES
from airlock.server.builds import Build
from airlock.server.connect import Session, connect
from airlock.server.dump import dump, unguarded
from airlock.sources.dumps import difference, normalised
from airlock.sources.live import read_catalog
from airlock.sources.majors import levelled
from airlock.sources.scope import hidden_schemas, in_scope
from airlock.sources.source import Cloned, Source
from airlock.sources.sqltext import cut

_PATH = "plan.sql"
_AT_ONCE = 100
"""Tables whose values one query counts: it holds a lock on each."""
_COLUMNS = """
    select n.nspname::text, c.relname::text, array_agg(a.attname::text order by a.attnum)
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_attribute a on a.attrelid = c.oid
    where c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
    group by c.oid, n.nspname, c.relname
"""
_OF_A_SCHEMA = re.compile(r"\bSCHEMA (\"(?:[^\"]|\"\")+\"|[a-z_][\w$]*)")
_QUALIFIED = re.compile(r"(?:^|[\s(,])(\"(?:[^\"]|\"\")+\"|[a-z_][\w$]*)\.")
_CALLED = re.compile(r"EXECUTE FUNCTION (\"(?:[^\"]|\"\")+\"|[a-z_][\w$]*)\.")
_GRANTEE = re.compile(r"\b(?:TO|FROM) (\"(?:[^\"]|\"\")+\"|[a-z_][\w$]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What a copy holds."""

    dump: str
    whole: Catalog
    catalog: Catalog
    """The part in scope."""


def prove(
    plan: Plan,
    old: Source,
    new: Source,
    *,
    build: Build,
    style: Style = Style.PLAIN,
    note: Callable[[str], None] = lambda _: None,
) -> Proof:
    """Try a plan on a copy of `old` and judge it by a copy of `new`.

    `build` holds the pg_dump; `note` is told what is being done.

    Raises:
        AirlockError: a side cannot be made again, or not be dumped.
    """
    began = time.perf_counter()
    # Most of the work is the server's, and both sides can be made at once.
    with ThreadPoolExecutor(1) as pool:
        awaited = pool.submit(_cloned, new, build)
        trial = _Trial(plan=plan, old=old, awaited=awaited, build=build, style=style, note=note)
        proof = trial.run()
        wanted = awaited.result()
    return replace(
        proof,
        not_covered=(*proof.not_covered, *_unlike(new, wanted.catalog), *_by_nature(plan)),
        major=wanted.catalog.major,
        cloned=(old.cloned.value, new.cloned.value),
        seconds=time.perf_counter() - began,
    )


@dataclass(slots=True, kw_only=True)
class _Trial:
    """One plan being tried, with rows and, where that fails, without."""

    plan: Plan
    old: Source
    awaited: Future[_State]
    """What the other side is, known by the time that the plan has run."""
    build: Build
    style: Style
    note: Callable[[str], None]
    text: str = field(init=False)

    def __post_init__(self) -> None:
        self.text = script(self.plan)

    def run(self) -> Proof:
        self.note("trying the plan on a copy with rows")
        proof = self._attempt(with_rows=True)
        if proof.failure is None or not proof.filled:
            return proof
        self.note("trying the plan on a copy without rows")
        without = self._attempt(with_rows=False)
        if without.failure is not None:
            return proof
        # On rows it fails; whether it leads there at all is another question.
        return replace(
            without,
            failure=proof.failure,
            needs_empty_tables=True,
            filled=proof.filled,
            empty=proof.empty,
        )

    def _attempt(self, *, with_rows: bool) -> Proof:
        # Whoever has looked at all tables once does so in a fraction of the time.
        with self.old.clone() as address, connect(address, acting=False) as reader:
            unlike: tuple[str, ...] = ()
            filled = Filled(rows=(), empty=())
            if with_rows:
                with ThreadPoolExecutor(1) as pool:
                    compared = pool.submit(_unlike_copy, self.old, address)
                    filled = fill(reader, tables=self._tables())
                    unlike = compared.result()
            tables = tuple(id for id, _ in filled.rows)
            before = _values(reader, tables)
            failure, measured = self._apply(address)
            if failure is not None:
                return Proof(
                    converged=False,
                    residue=(),
                    failure=failure,
                    filled=tables,
                    empty=filled.empty,
                    not_covered=unlike,
                )
            gone = tuple(_lost(reader, self.plan, before))
            found = _state(address, self.build)
        residue, beside = self._judge(found)
        return Proof(
            converged=not residue,
            residue=residue,
            surprises=(*surprises(self.plan, measured), *gone),
            filled=tables,
            empty=filled.empty,
            measured=measured,
            not_covered=(*unlike, *beside),
        )

    def _tables(self) -> set[Id]:
        return {node.id for node in self.old.catalog if node.id.kind == "table"}

    def _apply(self, address: Address) -> tuple[Failure | None, tuple[Measured, ...]]:
        """Run the plan; return the failure, and what was measured."""
        try:
            with connect(address) as session:
                return None, run_observed(session, self.plan, cut(_PATH, self.text))
        except StatementRefused as refused:
            return refused.failure, ()

    def _judge(self, found: _State) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return what differs still, and what differs beside the project."""
        wanted = self.awaited.result()
        hidden = hidden_schemas(wanted.whole) | hidden_schemas(found.whole)
        own, beside = [], 0
        for text in _seen(found.dump, wanted.dump):
            if _is_beside(text, hidden):
                beside += 1
            else:
                own.append(text)
        changes = tuple(compare(found.catalog, wanted.catalog))
        own += map(_told, changes)
        again = planned(found.catalog, wanted.catalog, style=self.style, changes=changes)
        if again and not own:
            own += [f"a second plan would still run: {step.text}" for step in again.steps]
        said = (f"{beside:,} statements about objects of the platform differ",) if beside else ()
        return tuple(own), said


def _cloned(source: Source, build: Build) -> _State:
    with source.clone() as address:
        return _state(address, build)


def _state(address: Address, build: Build) -> _State:
    with ThreadPoolExecutor(1) as pool:
        dumped = pool.submit(dump, address, build=build)
        with connect(address) as session:
            whole = read_catalog(session)
        return _State(dump=unguarded(dumped.result()), whole=whole, catalog=in_scope(whole))


def _seen(found: str, wanted: str) -> tuple[str, ...]:
    """Return what pg_dump says otherwise; only texts that are not the same are taken apart."""
    return () if found == wanted else difference(normalised(found), normalised(wanted))


def _unlike_copy(source: Source, address: Address) -> tuple[str, ...]:
    if source.cloned is Cloned.COPY:
        return ()
    with connect(address) as session:
        return tuple(_unlike(source, in_scope(read_catalog(session))))


def _unlike(source: Source, copy: Catalog) -> Iterator[str]:
    """Say in what a copy is not what the source's own catalog says."""
    level = levelled(copy, source.catalog)
    told = [_told(change) for change in compare(level.old, level.new)]
    if told:
        yield f"the copy of {source.label} is not quite like it: {few(told)}"


def _by_nature(plan: Plan) -> Iterator[str]:
    """Say what no proof on one throw-away server can show, and what this one did not look at."""
    if not is_measured(plan):
        yield f"locks and rewrites: the plan has {len(plan.steps):,} steps"
    yield "roles: they belong to a server as a whole, which both copies share"
    yield "options of user mappings, and values of those of foreign servers, tables, subscriptions"


# Rows ------------------------------------------------------------------------------------------


def _values(session: Session, tables: Sequence[Id]) -> dict[Id, dict[str, int]]:
    """Return how many values each column of tables holds, and under an empty name their rows.

    Those of partitions and heirs count where they lie. A table that is not there is left out.
    """
    there = {
        Id("table", (schema, table)): columns for schema, table, columns in session.fetch(_COLUMNS)
    }
    listed = [id for id in tables if id in there]
    found: dict[Id, dict[str, int]] = {}
    for start in range(0, len(listed), _AT_ONCE):
        batch = listed[start : start + _AT_ONCE]
        counted = session.fetch(
            " union all ".join(_count(number, id, there[id]) for number, id in enumerate(batch))
        )
        for number, counts in counted:
            id = batch[number]
            found[id] = dict(zip(["", *there[id]], counts, strict=True))
    return found


def _count(number: int, table: Id, columns: Sequence[str]) -> str:
    counts = ", ".join(["count(*)", *(f"count({quote(name)})" for name in columns)])
    return f"select {number}, array[{counts}] from only {quote(*table.path)}"


def _lost(session: Session, plan: Plan, before: dict[Id, dict[str, int]]) -> Iterator[str]:
    """Yield tables and columns that hold fewer values now though no step says so."""
    said = {step.target for step in plan.steps if step.loss is Loss.DATA}
    unsaid = [table for table in before if table not in said]
    after = _values(session, unsaid)
    for table in unsaid:
        counts, now = before[table], after.get(table, {})
        if now.get("", 0) < counts.get("", 0):
            yield f"rows of {spell(*table.path)} are gone"
            continue
        for name, number in counts.items():
            column = Id("column", (*table.path, name))
            if column not in said and name in now and now[name] < number:
                yield f"values of {spell(*column.path)} are gone"


# What is said ----------------------------------------------------------------------------------


def _told(change: Change) -> str:
    """Return a difference between two catalogs in a line or a few."""
    match change:
        case Added(node=node):
            return f"missing: {node.id}"
        case Removed(node=node):
            return f"left over: {node.id}"
        case Changed(old=old, new=new, attributes=names):
            return "\n".join(
                f"{new.id}: {name} is {getattr(old, name)!r} instead of {getattr(new, name)!r}"
                for name in sorted(names)
            )


def _is_beside(text: str, hidden: frozenset[str]) -> bool:
    """Whether a statement of a dump is about what is not the project's.

    Policies are, wherever they stand, and so are triggers that call a function of the project and
    what its roles may do.
    """
    lines = [line[1:] for line in text.splitlines() if line[:1] in "-+"] or text.splitlines()
    whole = " ".join(line.lstrip("-+ ") if i == 0 else line for i, line in enumerate(lines))
    head = text.lstrip("-+ ")
    found = _OF_A_SCHEMA.search(head) or _QUALIFIED.search(head)
    if found is None or _plain(found[1]) not in hidden:
        return False
    if head.startswith("CREATE POLICY"):
        return False
    if called := _CALLED.search(whole):
        return _plain(called[1]) in hidden
    if head.startswith(("GRANT", "REVOKE")):
        grantees: Sequence[str] = _GRANTEE.findall(whole)
        return all(_plain(name) in {*PLATFORM_ROLES, "PUBLIC"} for name in grantees)
    return True


def _plain(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name

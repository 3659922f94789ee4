"""Sources opened: from the text that a user writes to a catalog that can be made again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote, urlsplit

from airlock.app.clones import SourceFailed, from_catalog, from_dump
from airlock.app.hiding import Hiding, in_arguments, said
from airlock.app.histories import SourceMissing, existing, history, up_to
from airlock.app.levels import on_one_level
from airlock.app.preflight import Server, Side, said_before, server_of
from airlock.app.workspace import Workspace
from airlock.config import Environment, Use
from airlock.errors import (
    AirlockError,
    ConnectionFailed,
    Location,
    ProjectError,
    Refused,
    ServerError,
)
from airlock.model.failure import StatementRefused
from airlock.model.finding import Finding
from airlock.model.migration import Migration
from airlock.sources.notation import Form, Notation, understand
from airlock.sources.source import Cloned, Source

if TYPE_CHECKING:
    from concurrent.futures import Future

    from airlock.model.catalog import Catalog
    from airlock.model.node import Id
    from airlock.server.address import Address
    from airlock.server.baseline import Baseline

_URL_LABEL = "database"
_TELL_PLATFORM = frozenset({Form.SNAPSHOT, Form.URL})
"""Sources that show by themselves whether they are of the Supabase platform."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two sources, ready to be compared, and what is to be said before."""

    old: Source
    new: Source
    majors: tuple[int, int] = (0, 0)
    """Of their servers; both catalogs are as one of the first has them."""
    findings: tuple[Finding, ...] = ()


@contextmanager
def open_source(workspace: Workspace, text: str) -> Iterator[Source]:
    """Open what a text means; what was made for it is gone at the end.

    Raises:
        UsageError: the text is no source.
        SourceFailed: one of its files does not run.
        BadSnapshot, ProjectError, ConnectionFailed: it cannot be read.
    """
    with _Opener(workspace=workspace) as opener:
        source = opener.open(text).source
        yield replace(source, findings=tuple(opener.findings))


@contextmanager
def open_pair(workspace: Workspace, old: str, new: str) -> Iterator[Pair]:
    """Open two sources; the new one's plans run as the old one's do. Errors as in `open_source`."""
    with _Opener(workspace=workspace) as opener:
        # Texts are understood before anything starts.
        forms = [opener.understand(text).form for text in (old, new)]
        # What is no secret comes first: what stands there need not be hidden elsewhere.
        first, last = sorted((old, new), key=opener.is_protected)
        if not workspace.in_project and forms[1] in _TELL_PLATFORM:
            # What the files of the other run on depends on what this one shows.
            first, last = new, old
        opener.begin(last)
        opened = {text: opener.open(text) for text in (first, last)}
        before, after = opened[old], opened[new]
        level = on_one_level(
            workspace,
            before.source,
            replace(after.source, catalog=_run_by(before, after)),
            (before.baseline, after.baseline),
        )
        yield Pair(
            old=level.old,
            new=level.new,
            majors=(before.source.catalog.major, after.source.catalog.major),
            findings=(*opener.findings, *said_before(before.side, after.side, level.lost)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """A source, and what its server has; None where there is no server."""

    source: Source
    server: Server | None
    baseline: Baseline
    """What its database held before anything of the schema."""

    @property
    def side(self) -> Side:
        """What is to be looked at before a comparison."""
        return Side(label=self.source.label, catalog=self.source.catalog, server=self.server)


@dataclass(slots=True, kw_only=True)
class _Opener:
    """Opens the sources of one command."""

    workspace: Workspace
    findings: list[Finding] = field(default_factory=list)
    _stack: ExitStack = field(default_factory=ExitStack)
    _begun: dict[str, Future[tuple[Catalog, Server]]] = field(default_factory=dict)
    """What is read while something else goes on, by the URL."""
    _hiding: Hiding = field(init=False)

    def __post_init__(self) -> None:
        self._hiding = Hiding(workspace=self.workspace, made=self._made_by_project)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def understand(self, text: str) -> Notation:
        """Say what a text means, and that an environment of the name is there."""
        workspace = self.workspace
        names = [each.name for each in workspace.config.environments]
        found = understand(text, environments=names, start=workspace.start)
        if found.form is Form.URL:
            self._address(found.rest)
        return found

    def begin(self, text: str) -> None:
        """Start to read what a text means if it runs elsewhere, while another source is opened."""
        from concurrent.futures import ThreadPoolExecutor

        found = self.understand(text)
        match found.form:
            case Form.URL:
                address = self._address(found.rest)
                guard = self._is_guarded(address)
            case Form.ENVIRONMENT:
                environment = self.workspace.config.environment(found.rest)
                if environment.embedded:
                    return
                address = self.workspace.address(environment, Use.INSPECT)
                guard = environment.protected and environment.has_inspector
            case _:
                return
        pool = ThreadPoolExecutor(max_workers=1)
        self._begun[address.url] = pool.submit(_read, address, guard)
        pool.shutdown(wait=False)

    def is_protected(self, text: str) -> bool:
        """Whether real rows live in what a text means."""
        found = self.understand(text)
        match found.form:
            case Form.ENVIRONMENT:
                return self.workspace.config.environment(found.rest).protected
            case Form.URL:
                return self._address(found.rest).protected
        return False

    def open(self, text: str) -> _Opened:
        """Open what a text means."""
        found = self.understand(text)
        opened = self._opened(text, found)
        if not opened.source.protected:
            self._hiding.shown.append(opened.source.catalog)
            self._hiding.has_head |= found.form is Form.MIGRATIONS and found.version is None
        return opened

    def _opened(self, text: str, found: Notation) -> _Opened:
        match found.form:
            case Form.SNAPSHOT:
                return self._snapshot(text, found.rest)
            case Form.ENVIRONMENT:
                return self._environment(text, found.rest)
            case Form.URL:
                address = self._address(found.rest)
                return self._live(_URL_LABEL, address, guard=self._is_guarded(address))
        return self._replayed(text, up_to(history(self.workspace, found), found.version))

    # Files and shadows ---------------------------------------------------------------------

    def _snapshot(self, text: str, path: str) -> _Opened:
        from airlock.sources import snapshot
        from airlock.sources.scope import stands_on_supabase

        place = existing(self.workspace, path)
        try:
            content = place.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SourceMissing(
                f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}",
                where=Location(path=path),
            ) from None
        catalog = snapshot.read(content, shown=path)
        if stands_on_supabase(catalog):
            self.workspace.saw_platform = True
        baseline = self.workspace.baseline
        clone = from_catalog(self.workspace, text, catalog, baseline)
        return _Opened(
            source=Source(
                text=text, label=text, catalog=catalog, cloned=Cloned.CATALOG, clone=clone
            ),
            server=None,
            baseline=baseline,
        )

    def _replayed(self, text: str, migrations: Sequence[Migration]) -> _Opened:
        """Run files on a shadow; what they make is kept, and every clone is a copy of it."""
        from airlock.server.connect import connect
        from airlock.sources.live import read_catalog
        from airlock.sources.scope import in_scope

        template = self._template(migrations)
        databases = self.workspace.stock.databases
        spare = self._stack.enter_context(databases.shadow(template))
        address = databases.cluster.address(spare, label=text)
        self.workspace.progress.note(f"reading the schema of {text}")
        with connect(address) as session:
            catalog = in_scope(read_catalog(session))
            server = server_of(session)
        unused = [address]

        @contextmanager
        def clone() -> Iterator[Address]:
            # The one that was read is as good as new.
            if unused:
                yield unused.pop()
                return
            with databases.shadow(template) as name:
                yield databases.cluster.address(name, label=text)

        return _Opened(
            source=Source(
                text=text,
                label=text,
                catalog=catalog,
                cloned=Cloned.COPY,
                clone=clone,
                texts=tuple(migration.raw.decode() for migration in migrations),
            ),
            server=server,
            baseline=self.workspace.baseline,
        )

    def _template(self, migrations: Sequence[Migration]) -> str:
        from airlock.sources.shadow import replay

        stock = self.workspace.stock
        self._say(self.workspace.engine_findings)
        if not migrations:
            return stock.databases.baseline(
                stock.baseline, expose_new_tables=stock.expose_new_tables
            )
        try:
            done = replay(migrations, stock=stock, listener=self.workspace.progress)
        except StatementRefused as refused:
            raise SourceFailed(refused.failure) from None
        self._say(done.findings)
        kept = stock.databases.cached([done.chain])
        assert kept is not None, "a replay keeps what it has made"
        return kept.database

    def _say(self, findings: Sequence[Finding]) -> None:
        self.findings += [each for each in findings if each not in self.findings]

    # Databases -------------------------------------------------------------------------------

    def _environment(self, text: str, name: str) -> _Opened:
        workspace = self.workspace
        environment = workspace.config.environment(name)
        if not workspace.exists(environment):
            create = "airlock up" if name == "local" else f"airlock deploy {name}"
            raise SourceMissing(
                f"environment {name} is not created yet: there is nothing to read",
                hint=f"Create it: {create}; or give it a URL in airlock.toml.",
            )
        return self._live(
            text,
            workspace.address(environment, Use.INSPECT),
            runs_as=_deployer(environment),
            guard=environment.protected and environment.has_inspector,
        )

    def _address(self, url: str) -> Address:
        from airlock.server.address import parse_address

        origin = "the source on the command line"
        address = parse_address(url, label=_URL_LABEL, origin=origin)
        address = self.workspace.config.guarded(address)
        if finding := in_arguments(address):
            self._say([finding])
        return address

    def _is_guarded(self, address: Address) -> bool:
        """Whether a URL leads to a protected environment that has a login to look on with."""
        environments = self.workspace.config.environments
        has_inspector = any(each.protected and each.has_inspector for each in environments)
        return address.protected and has_inspector

    def _live(
        self, text: str, address: Address, *, runs_as: str | None = None, guard: bool
    ) -> _Opened:
        """Read a running database; it is cloned by a dump, if the login may make one."""
        from airlock.server.baseline import Baseline
        from airlock.server.connect import PROJECT_ROLE
        from airlock.sources.scope import in_scope, is_supabase, owns_anything

        label = str(address) if text == _URL_LABEL else text
        self.workspace.progress.note(f"reading the schema of {label}")
        begun = self._begun.pop(address.url, None)
        whole, server = begun.result() if begun else _read(address, guard)
        supabase = is_supabase(whole)
        if supabase:
            self.workspace.saw_platform = True
            runs_as = PROJECT_ROLE
        elif runs_as is None:
            # Who looks on only is not who deploys.
            runs_as = whole.role if owns_anything(whole, whole.role) else server.owner
        whole = replace(whole, role=runs_as)
        catalog = in_scope(whole)
        baseline = Baseline.SUPABASE if supabase else Baseline.PLAIN
        hidden: tuple[Id, ...] = ()
        if address.protected:
            # From here on nothing is left of what was read.
            seen = self._hiding.redacted(catalog)
            whole, catalog, hidden = seen.catalog, seen.catalog, seen.hidden
            if hidden:
                self._say([said(label, hidden)])
        if server.may_dump and not address.protected:
            cloned, clone = Cloned.DUMP, from_dump(self.workspace, address, label, whole)
        else:
            cloned = Cloned.CATALOG
            clone = from_catalog(self.workspace, label, catalog, baseline)
        return _Opened(
            source=Source(
                text=label,
                label=label,
                catalog=catalog,
                cloned=cloned,
                clone=clone,
                protected=address.protected,
                has_rows=not address.embedded,
                hidden=hidden,
            ),
            server=server,
            baseline=baseline,
        )

    def _made_by_project(self) -> Catalog | None:
        """Return what the project's files make, those before the first that fails."""
        try:
            migrations = self.workspace.runnable.migrations
            try:
                return self._replayed("migrations", migrations).source.catalog
            except StatementRefused as refused:
                path = refused.failure.path
                run = tuple(takewhile(lambda each: each.path != path, migrations))
            return self._replayed("migrations", run).source.catalog
        except (StatementRefused, ProjectError, Refused, ServerError, ConnectionFailed):
            # Then more is hidden than has to be.
            return None


def _read(address: Address, guard: bool) -> tuple[Catalog, Server]:
    """Read all that a running database holds, and what its server has.

    Raises:
        InspectorReads: with `guard`, the login can read rows.
    """
    from airlock.server.connect import connect
    from airlock.sources.live import read_catalog

    with connect(address) as session:
        if guard:
            from airlock.server.reach import refuse_reader

            refuse_reader(session)
        return read_catalog(session), server_of(session)


def _deployer(environment: Environment) -> str | None:
    """Return who deploys to an environment, where its URL says so on this machine."""
    if environment.embedded:
        return None
    try:
        found = urlsplit(environment.address(Use.DEPLOY).url).username
    except AirlockError:
        return None
    # Poolers take the project's name behind a dot.
    return unquote(found).partition(".")[0] if found else None


def _run_by(old: _Opened, new: _Opened) -> Catalog:
    from airlock.sources.scope import run_by

    return run_by(new.source.catalog, old.source.catalog.role or new.source.catalog.role)

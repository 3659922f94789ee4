"""The protected environment, and the bench on which every command runs against it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from calls import PLAN, Site, site
from matcher import Kind, Matcher
from plant import Protected, planted
from runs import Bench, Clean, Ran, Run, airlock, permitted
from wire import proxied

from airlock.server.cluster import Cluster
from airlock.server.connect import connect
from airlock.server.home import Home

_TOLD = "canaries"
_FIRED = "controls"
_PLANTED = "planted"


@pytest.fixture(scope="session")
def protected(foreign: Cluster) -> Iterator[Protected]:
    """A database full of canaries on a server that is reached by URL."""
    with planted(foreign) as found:
        yield found


@pytest.fixture(scope="session")
def bench(
    protected: Protected, home: Home, cluster: Cluster, environments: Cluster
) -> Iterator[Bench]:
    """Runs commands in the home of the test run; at the end its servers' data is searched."""

    def flush() -> None:
        for each in (cluster, environments):
            with connect(each.address("airlock"), acting=False) as session:
                session.execute("checkpoint")

    outside = [home.short(), home.memory(), cluster.data, environments.data]
    with proxied(protected.cluster.port) as proxy:
        bench = Bench(
            matcher=Matcher(protected.mint),
            home=home.path,
            outside=tuple(path for path in outside if path is not None),
            proxy=proxy,
            flush=flush,
        )
        yield bench
        assert not (found := bench.search_servers()), f"in the servers' data: {found}"


@pytest.fixture
def project(tmp_path: Path, protected: Protected, bench: Bench) -> Site:
    """A project whose production is the protected database."""
    return site(tmp_path / "shop", protected, bench.proxy.port)


@pytest.fixture
def run(
    tmp_path: Path, bench: Bench, project: Site, request: pytest.FixtureRequest
) -> Iterator[Run]:
    """Run a command line as a process in the project."""

    def call(*arguments: str, command: list[str] | None = None, **variables: str) -> Ran:
        return bench.run(
            command or airlock(*arguments),
            project=project.root,
            scratch=tmp_path / "scratch",
            variables=project.variables | variables,
            arguments=arguments,
        )

    bench.tallies.clear()
    yield call
    if getattr(request.module, "CONTROLS", False):
        return
    told = {name: (t.runs, t.bytes, t.found) for name, t in bench.tallies.items()}
    request.node.user_properties += [(_TOLD, told), (_PLANTED, len(bench.matcher.mint.made))]


@pytest.fixture
def clean(protected: Protected, bench: Bench) -> Clean:
    """Fail where a run gave anything away."""

    def check(ran: Ran, *, deploying: bool = False) -> None:
        __tracebackhide__ = True
        over: list[str] = []
        for crossing in ran.wire.crossings:
            kind = crossing.hit.canary.kind if crossing.hit.canary else Kind.ROW
            if not permitted(kind, crossing.message, deploying=deploying):
                over.append(f"wire, {crossing.login}, {crossing.message}: {crossing.hit}")
        if tables := ran.wire.tables & protected.tables:
            over.append(f"wire: a result of {len(tables)} of the user's tables was described")
        bench.tally("wire", ran.wire.bytes, len(over))
        if found := [*ran.leaks(), *over]:
            pytest.fail("\n".join([ran.told, "", "gave away:", *sorted(set(found))]), pytrace=False)
        assert ran.out or ran.err, "nothing was said, so there was nothing to search"

    return check


@pytest.fixture
def fired(request: pytest.FixtureRequest) -> Callable[[str, bool], None]:
    """Note down whether a control was found where it was planted, and fail where it was not."""

    def check(channel: str, found: bool) -> None:
        request.node.user_properties.append((_FIRED, {channel: (1, int(found))}))
        assert found, f"the control of {channel} was not found: the search is blind there"

    return check


@pytest.fixture(scope="session")
def plan_text(tmp_path_factory: pytest.TempPathFactory, protected: Protected, bench: Bench) -> str:
    """A plan's file for the protected environment."""
    folder = tmp_path_factory.mktemp("plan")
    place = site(folder / "shop", protected, bench.proxy.port)
    ran = bench.run(
        airlock("plan", "production", "-o", PLAN),
        project=place.root,
        scratch=folder / "scratch",
        variables=place.variables,
    )
    assert ran.code == 1, ran.told
    return (place.root / PLAN).read_text(encoding="utf-8")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what was searched, and which controls were found."""
    searched: dict[str, list[int]] = {}
    controls: dict[str, list[int]] = {}
    number = 0
    for report in (each for found in terminalreporter.stats.values() for each in found):
        if getattr(report, "when", None) != "teardown":
            continue
        for name, told in report.user_properties:
            if name == _PLANTED:
                number = max(number, told)
            for table, wanted in ((searched, _TOLD), (controls, _FIRED)):
                if name == wanted:
                    for channel, numbers in told.items():
                        before = table.setdefault(channel, [0] * len(numbers))
                        table[channel] = [a + b for a, b in zip(before, numbers, strict=True)]
    if not searched and not controls:
        return
    terminalreporter.section("canaries")
    terminalreporter.write_line(f"{number} canaries planted")
    terminalreporter.write_line(
        _row("channel", "runs", "bytes searched", "found", "controls fired")
    )
    for channel in sorted({*searched, *controls}):
        runs, size, found = searched.get(channel, [0, 0, 0])
        planned, heard = controls.get(channel, [0, 0])
        terminalreporter.write_line(
            _row(channel, f"{runs:,}", f"{size:,}", f"{found:,}", f"{heard}/{planned}")
        )


def _row(channel: str, *cells: str) -> str:
    return f"{channel:<28}" + "".join(f"{cell:>16}" for cell in cells)

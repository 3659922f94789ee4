"""Every command against a protected environment: no byte of it comes out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from calls import BASE, CALLS, PLAN, Call, Site, commands, formats
from cases import CASES, Case
from matcher import Kind
from plant import HISTORY, Protected
from runs import THOROUGH, Bench, Clean, Run, inside

from airlock.model.names import quote

USUAL = {"text", "json", "sql", "markdown"}
"""Formats of which the others are relatives."""
EVERY = [(name, call) for name, calls in CALLS.items() for call in calls]
REACHING = [(name, call) for name, call in EVERY if call.reaches]


def _named(name: str, call: Call) -> str:
    return " ".join((name, *call.arguments)).replace("/", "-")


def _each(pairs: list[tuple[str, Call]]) -> list[object]:
    return [pytest.param(name, call, id=_named(name, call)) for name, call in pairs]


def test_every_command_is_listed() -> None:
    assert set(CALLS) == set(commands()), "say in calls.py how the new command is run"


def _writings() -> Iterator[object]:
    for name, call in EVERY:
        slow = call.apart and name == "demo"
        if slow and not THOROUGH:
            continue
        for form in formats(name):
            usual = form in USUAL if call.reaches else form == "text"
            if not usual and not THOROUGH:
                continue
            yield pytest.param(name, call, form, id=f"{_named(name, call)}, {form}")


@pytest.mark.parametrize(("name", "call", "form"), [*_writings()])
def test_a_command_where_all_is_well(
    *,
    name: str,
    call: Call,
    form: str,
    run: Run,
    clean: Clean,
    project: Site,
    plan_text: str,
    tmp_path: Path,
) -> None:
    project.write(PLAN, plan_text)
    verbose = ["-v"] if form == "text" else []
    apart = {"AIRLOCK_HOME": str(tmp_path / "apart")} if call.apart else {}
    ran = run(*name.split(), *call.arguments, "--format", form, *verbose, **apart)
    clean(ran)
    assert ran.code in call.exits, ran.told


# ------------------------------------------------------------------------------------ trouble


@contextmanager
def unreachable(protected: Protected, bench: Bench, project: Site) -> Iterator[None]:
    _point(project, protected, port=1)
    yield


@contextmanager
def wrong_password(protected: Protected, bench: Bench, project: Site) -> Iterator[None]:
    other = protected.passwords["backup"]
    for variable in project.variables:
        login = "deployer" if "DEPLOY" in variable else "inspector"
        project.variables[variable] = protected.url(login, port=bench.proxy.port, password=other)
    yield


@contextmanager
def malformed(protected: Protected, bench: Bench, project: Site) -> Iterator[None]:
    place = f"127.0.0.1:{bench.proxy.port}/{protected.database}"
    for variable in project.variables:
        login = "deployer" if "DEPLOY" in variable else "inspector"
        raw = protected.passwords[login]
        project.variables[variable] = f"postgresql://{protected.logins[login]}:{raw}@{place}"
    yield


@contextmanager
def no_rights(protected: Protected, bench: Bench, project: Site) -> Iterator[None]:
    """The history, and the functions of the catalog, are not for this login."""
    role = quote(protected.logins["inspector"])
    with protected.boss() as boss:
        boss.execute(f"revoke all on all tables in schema supabase_migrations, airlock from {role}")
        try:
            yield
        finally:
            boss.execute(
                f"grant select on all tables in schema supabase_migrations, airlock to {role}"
            )


@contextmanager
def locked(protected: Protected, bench: Bench, project: Site) -> Iterator[None]:
    with protected.boss() as boss, boss.transaction():
        boss.execute(
            "lock table app.people, app.accounts, app.orders, auth.users in access exclusive mode"
        )
        yield


@contextmanager
def cut_off(protected: Protected, bench: Bench, project: Site) -> Iterator[None]:
    """The server dies in the middle of what it says."""
    bench.proxy.cut_after = 4
    try:
        yield
    finally:
        bench.proxy.cut_after = None


@contextmanager
def cut_off_later(protected: Protected, bench: Bench, project: Site) -> Iterator[None]:
    bench.proxy.cut_after = 2500
    try:
        yield
    finally:
        bench.proxy.cut_after = None


@contextmanager
def history_by_hand(protected: Protected, bench: Bench, project: Site) -> Iterator[None]:
    """A version that no file has is recorded, with a statement full of rows."""
    row = protected.mint.of(Kind.ROW)[0].planted
    with protected.boss() as boss:
        boss.execute(
            "insert into supabase_migrations.schema_migrations values ('20260303', array[%s], 'x')",
            (f"insert into app.accounts values (2, '{row}')",),
        )
        try:
            yield
        finally:
            boss.execute("delete from supabase_migrations.schema_migrations where name = 'x'")


@contextmanager
def uncopyable(protected: Protected, bench: Bench, project: Site) -> Iterator[None]:
    """Not there at all times, since nobody can copy a schema with it, and that is said."""
    with protected.boss() as boss:
        boss.connection.execute(protected.uncopyable.encode())
        try:
            yield
        finally:
            boss.execute("drop subscription from_far")
            boss.execute("drop foreign data wrapper elsewhere cascade")
            boss.execute("drop event trigger made")
            boss.execute("drop function app.on_ddl()")


@contextmanager
def one_login(protected: Protected, bench: Bench, project: Site) -> Iterator[None]:
    """The owner of all tables is the only login there is."""
    _configure(project, 'url = { env = "PRODUCTION_DEPLOY_URL" }')
    yield


@contextmanager
def password_in_the_file(protected: Protected, bench: Bench, project: Site) -> Iterator[None]:
    url = protected.url("deployer", port=bench.proxy.port)
    _configure(project, f"url = {json.dumps(url)}")
    yield


TROUBLE = {
    each.__name__.replace("_", " "): each
    for each in (
        unreachable, wrong_password, malformed, no_rights, locked, cut_off,
        cut_off_later,
        history_by_hand, uncopyable,
        one_login, password_in_the_file,
    )
}  # fmt: skip


def _point(project: Site, protected: Protected, *, port: int) -> None:
    for variable in project.variables:
        login = "deployer" if "DEPLOY" in variable else "inspector"
        project.variables[variable] = protected.url(login, port=port)


def _configure(project: Site, line: str) -> None:
    path = project.root / "airlock.toml"
    head, _, _ = path.read_text(encoding="utf-8").partition("[environments.production]")
    path.write_text(f"{head}[environments.production]\n{line}\n", encoding="utf-8")


def _troubles() -> Iterator[object]:
    """Pair troubles and commands: all, or what differs most, and for each command one trouble."""
    for name, call in REACHING:
        for trouble in TROUBLE:
            first = call is CALLS[name][0]
            differs = name in {"status", "doctor", "diff"} and first
            if THOROUGH or differs or trouble == "wrong password":
                yield pytest.param(name, call, trouble, id=f"{_named(name, call)}, {trouble}")


@pytest.mark.parametrize(("name", "call", "trouble"), [*_troubles()])
def test_a_command_in_trouble(
    *,
    name: str,
    call: Call,
    trouble: str,
    run: Run,
    clean: Clean,
    project: Site,
    protected: Protected,
    bench: Bench,
    plan_text: str,
) -> None:
    project.write(PLAN, plan_text)
    with TROUBLE[trouble](protected, bench, project):
        ran = run(*name.split(), *call.arguments, "-v")
    clean(ran)
    assert ran.code in (0, 1, 2, 3), ran.told
    assert "error[internal]" not in ran.err, ran.told


@pytest.mark.parametrize("trouble", TROUBLE)
def test_a_deployment_in_trouble(
    *,
    trouble: str,
    run: Run,
    clean: Clean,
    project: Site,
    protected: Protected,
    bench: Bench,
    undone: None,
) -> None:
    (project.root / "db/migrations/20250201000000_nicknames.sql").rename(
        project.root / "db/migrations/20260201000000_nicknames.sql"
    )
    words = ["deploy", "production", "--no-proof"]
    with TROUBLE[trouble](protected, bench, project):
        ran = run(*words, command=inside("ungated.py", json.dumps([*words, "-v"])))
    clean(ran, deploying=True)
    assert "error[internal]" not in ran.err, ran.told


def _together(lines: Sequence[list[str]], size: int) -> list[tuple[list[str], ...]]:
    """Return command lines in groups, each for one process; one by one where all is tried."""
    step = 1 if THOROUGH else size
    return [tuple(lines[at : at + step]) for at in range(0, len(lines), step)]


@pytest.mark.parametrize(
    "lines", _together([[*name.split(), *call.arguments] for name, call in REACHING], 8)
)
def test_a_bug_with_a_row_at_hand(
    *,
    lines: tuple[list[str], ...],
    run: Run,
    clean: Clean,
    project: Site,
    protected: Protected,
    plan_text: str,
    tmp_path: Path,
) -> None:
    project.write(PLAN, plan_text)
    row = tmp_path / "row"
    row.write_text(protected.mint.of(Kind.ROW)[0].planted)
    clean(run("…", command=inside("broken.py", str(row), *map(json.dumps, lines))))


# ------------------------------------------------------------------------------ malformed URLs

SHAPES = {
    "as it is": "postgresql://{user}:{raw}@{place}",
    "a bare @": "postgresql://{user}:{one}@{two}@{place}",
    "a bare /": "postgresql://{user}:{one}/{two}@{place}",
    "a bare #": "postgresql://{user}:{one}#{two}@{place}",
    "a bare ?": "postgresql://{user}:{one}?{two}@{place}",
    "a bare :": "postgresql://{user}:{one}:{two}@{place}",
    "a bare space": "postgresql://{user}:{one} {two}@{place}",
    "a bad escape": "postgresql://{user}:{one}%{two}@{place}",
    "a NUL": "postgresql://{user}:{one}%00{two}@{place}",
    "a line break": "postgresql://{user}:{one}\n{two}@{place}",
    "no scheme": "{user}:{one}@{place}",
    "another scheme": "mysql://{user}:{one}@{place}",
    "a scheme with a slip": "postgresql:/{user}:{one}@{place}",
    "in quotes": "'postgresql://{user}:{one}@{place}'",
    "of an assignment": "DATABASE_URL=postgresql://{user}:{one}@{place}",
    "in libpq's other form": "host=127.0.0.1 user={user} password={one}",
    "a port that is none": "postgresql://{user}@127.0.0.1:{one}/x",
    "the password for the user": "postgresql://{one}@{place}",
    "the password for the host": "postgresql://{user}:x@{one}/x",
    "the password for the database": "postgresql://{user}@127.0.0.1:1/{one}",
    "the password in a parameter": "postgresql://{user}@{place}?password={one}",
    "the password in a parameter with a slip": "postgresql://{user}@{place}?pasword={one}",
    "the password as a value that means nothing": "postgresql://{user}@{place}?sslmode={one}",
    "an open bracket": "postgresql://{user}:{one}@[{place}",
}
MADE_PUBLIC = {"the password for the host", "the password for the database"}
"""What stands for a name is shown as one: nobody can know."""


READING = [
    line.split()
    for line in (
        "config show",
        "doctor production",
        "status production",
        "check",
        "diff migrations production",
        "snapshot production",
        "deploy production --no-proof",
    )
]


@pytest.mark.parametrize("lines", _together(READING, len(READING)))
@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape not in MADE_PUBLIC])
def test_a_malformed_url(
    *,
    lines: tuple[list[str], ...],
    shape: str,
    run: Run,
    clean: Clean,
    project: Site,
    protected: Protected,
    bench: Bench,
) -> None:
    parts = [c.text for c in protected.mint.of(Kind.PASSWORD) if "deployer" in c.where]
    url = SHAPES[shape].format(
        user="deployer",
        raw=protected.passwords["deployer"],
        one=parts[0],
        two=parts[1],
        place=f"127.0.0.1:{bench.proxy.port}/{protected.database}",
    )
    for variable in project.variables:
        project.variables[variable] = url
    clean(run("…", command=inside("ungated.py", *map(json.dumps, lines))))


# --------------------------------------------------------------------------------- refused SQL


@pytest.fixture
def undone(protected: Protected) -> Iterator[None]:
    """Take back what a case's file leaves."""
    yield
    with protected.boss() as boss:
        for table in HISTORY:
            boss.execute(f"delete from {table} where version like '2026%'")
        boss.execute("drop index if exists app.made, app.made_too, public.people_email")


def _batches() -> list[tuple[Case, ...]]:
    """Put cases together that leave nothing behind, so that one process runs several."""
    together = [case for case in CASES if not case.alone and not THOROUGH]
    size = 10
    batches = [tuple(together[at : at + size]) for at in range(0, len(together), size)]
    return batches + [(case,) for case in CASES if case not in together]


@pytest.mark.parametrize(
    "cases", [pytest.param(b, id=b[0].name + (" …" if b[1:] else "")) for b in _batches()]
)
def test_migrations_whose_refusal_quotes_rows(
    *,
    cases: tuple[Case, ...],
    run: Run,
    clean: Clean,
    project: Site,
    undone: None,
    fired: Callable[[str, bool], None],
) -> None:
    told = []
    settings = (project.root / "airlock.toml").read_text(encoding="utf-8")
    for number, case in enumerate(cases):
        project.write(f"{number}/airlock.toml", settings)
        project.write(f"{number}/db/migrations/20250101000000_accounts.sql", BASE)
        project.write(f"{number}/db/migrations/20260101000000_case.sql", case.sql)
        words = ["-C", str(number), "deploy", "production", "--no-proof"]
        told += [json.dumps([*words, *more]) for more in (["-v"], ["--format", "json"])]
    ran = run("deploy", "production", command=inside("ungated.py", *told))
    clean(ran, deploying=True)
    assert "error[internal]" not in ran.err, ran.told
    crossed = {each.message for each in ran.wire.crossings if each.of_row}
    for case in cases:
        if not case.silent:
            # What the case is about did come as far as the wire.
            fired(f"wire: {case.message}", case.message in crossed)
        assert (ran.code == 0) <= case.passes, ran.told


def test_what_the_servers_keep(run: Run, clean: Clean, bench: Bench) -> None:
    """A copy of the protected schema is made for a proof; it is searched at the very end, too."""
    clean(run("diff", "migrations", "production"))
    assert not bench.search_servers()

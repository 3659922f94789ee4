"""`airlock diff` and `airlock snapshot` on real servers."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from terminal import PASSWORD, Airlock, migration

from airlock.app.site import Site
from airlock.app.sources import open_source
from airlock.app.workspace import Workspace, database_name
from airlock.model.catalog import Catalog
from airlock.server.cluster import Cluster
from airlock.server.connect import connect
from airlock.sources import snapshot
from airlock.sources.live import read_catalog
from airlock.sources.majors import as_on
from airlock.sources.scope import in_scope, run_by
from airlock.sources.source import Cloned, Source

FIRST = "20250101000000"
SECOND = "20250102000000"
ITEMS = """
create table public.items (id bigint primary key, name text not null default 'x');
alter table public.items enable row level security;
create policy "Everybody reads" on public.items for select to anon using (true);
"""
USERS = """
create function public.greet() returns trigger language plpgsql as
  'begin return new; end';
create trigger greet after insert on auth.users for each row execute function public.greet();
create index items_name on public.items (name);
"""


@pytest.fixture
def project(root: Path) -> Path:
    migration(root, FIRST, "items", ITEMS)
    migration(root, SECOND, "users", USERS)
    return root


@contextmanager
def opened(root: Path, text: str) -> Iterator[Source]:
    with (
        Workspace.open(Site(start=root, variables=os.environ)) as workspace,
        open_source(workspace, text) as source,
    ):
        yield source


def copied(source: Source) -> Catalog:
    with source.clone() as place, connect(place) as session:
        return in_scope(read_catalog(session))


# diff ----------------------------------------------------------------------------------------


def test_equal_sources(airlock: Airlock, project: Path) -> None:
    for new in ("migrations", "dir:supabase/migrations", f"migrations@{SECOND}"):
        result = airlock("diff", "migrations", new)
        assert (result.code, result.err) == (0, "")
        assert f"migrations and {new} are equal" in result.out
    report = airlock("diff", "migrations", "migrations", "--format", "json").json
    assert (report["found"], report["changes"], report["sql"]) == (False, [], "")


def test_what_differs_is_named(airlock: Airlock, project: Path) -> None:
    result = airlock("diff", f"migrations@{FIRST}", "migrations", "--format", "json")
    assert result.code == 1
    changes = {(c["sort"], c["kind"], c["name"]): c for c in result.json["changes"]}
    assert ("added", "trigger", "auth.users.greet") in changes
    assert ("added", "routine", "public.greet()") in changes
    assert ("added", "index", "public.items.items_name") not in changes
    assert not any(kind == "table" for _, kind, _ in changes)
    text = airlock("diff", f"migrations@{FIRST}", "migrations").out
    assert "+ trigger auth.users.greet" in text
    back = airlock("diff", "migrations", f"migrations@{FIRST[:9]}").out
    assert "- trigger auth.users.greet" in back


def test_the_attributes_that_differ_are_named(airlock: Airlock, project: Path) -> None:
    (project / "schema.sql").write_text(
        ITEMS.replace("text not null", "text").replace("to anon", "to authenticated") + USERS
    )
    result = airlock("diff", "migrations", "sql:schema.sql")
    assert result.code == 1
    assert "~ column public.items.name  not_null" in result.out
    assert '~ policy public.items."Everybody reads"  roles' in result.out
    assert "alter policy" in airlock("diff", "migrations", "sql:schema.sql", "--format=sql").out


def test_the_plan_is_proved(airlock: Airlock, project: Path) -> None:
    for pair in (("empty", "migrations"), ("migrations", "empty")):
        result = airlock("diff", *pair)
        assert result.code == 1
        assert "✓ proved in" in result.out
        proof = airlock("diff", *pair, "--format", "json").json["proof"]
        assert (proof["converged"], proof["residue"], proof["failure"]) == (True, [], None)
    result = airlock("diff", "empty", "migrations", "--no-prove", "--format", "json")
    assert result.json["proof"] is None


def test_a_plan_that_needs_empty_tables(airlock: Airlock, project: Path) -> None:
    (project / "schema.sql").write_text(
        ITEMS + USERS + "alter table public.items add column size int not null;\n"
    )
    result = airlock("diff", "migrations", "sql:schema.sql", "--format", "sql")
    assert result.code == 1
    assert "add column" in result.out
    assert "warning[needs-empty-tables]" in result.err
    assert "contains null values" in result.err


def test_sql_is_all_that_stdout_holds(airlock: Airlock, project: Path) -> None:
    result = airlock("diff", "empty", "migrations", "--format", "sql")
    assert result.code == 1
    assert result.out.startswith("-- from empty to migrations\n-- +")
    (project / "again.sql").write_text(result.out)
    again = airlock("diff", "migrations", "sql:again.sql")
    assert (again.code, again.err) == (0, "")
    equal = airlock("diff", "empty", "empty", "--format", "sql")
    assert (equal.code, equal.out) == (0, "")
    assert "are equal" in equal.err


def test_markdown(airlock: Airlock, project: Path) -> None:
    result = airlock("diff", "empty", "migrations", "--format", "markdown")
    assert result.out.startswith("### `empty` → `migrations`\n")
    assert "```sql\n" in result.out


@pytest.mark.parametrize("command", [["status"], ["snapshot", "empty"]])
def test_other_commands_have_no_sql(command: list[str], airlock: Airlock, root: Path) -> None:
    result = airlock(*command, "--format", "sql")
    assert result.code == 2
    assert "'sql' is not one of" in result.err


def test_local_and_a_url(airlock: Airlock, project: Path) -> None:
    missing = airlock("diff", "migrations", "local")
    assert missing.code == 2
    assert "local is not created yet" in missing.err
    assert airlock("up").code == 0
    assert airlock("diff", "migrations", "local").code == 0
    url = airlock("db", "url").out.strip()
    result = airlock("diff", "migrations", url, "--format", "json")
    assert result.code == 0, result.err
    assert "://" not in result.out


def test_a_change_by_hand_is_found(airlock: Airlock, project: Path, environments: Cluster) -> None:
    assert airlock("up").code == 0
    with connect(environments.address(database_name(project, "local"))) as session:
        session.execute("alter table public.items add column added_by_hand text")
    result = airlock("diff", "migrations", "local")
    assert result.code == 1
    assert "+ column public.items.added_by_hand" in result.out
    undo = airlock("diff", "local", "migrations", "--format", "sql").out
    assert "-- hazard:" in undo
    assert 'drop column "added_by_hand"' in undo


def test_the_style_can_be_asked_for(airlock: Airlock, project: Path) -> None:
    arguments = ("diff", f"migrations@{FIRST}", "migrations", "--format", "sql", "--style")
    assert "concurrently" not in airlock(*arguments, "plain").out.lower()
    assert "concurrently" in airlock(*arguments, "online").out.lower()


def test_a_source_that_does_not_run(airlock: Airlock, project: Path) -> None:
    migration(project, "20250103000000", "broken", "select 1;\nselect * from nowhere;\n")
    result = airlock("diff", "empty", "migrations")
    assert (result.code, result.out) == (2, "")
    assert "broken.sql:2:15" in result.err
    assert "nowhere" in result.err
    failed = airlock("diff", "empty", "migrations", "--format", "json").json["error"]
    assert failed["exit"] == 2
    assert failed["failure"]["sqlstate"] == "42P01"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("migratons", "Did you mean 'migrations'?"),
        ("production", "production is not created yet"),
        ("migrations@19990101", "no migration with the version 19990101"),
        ("migrations@2025", "more than one version starts with 2025"),
        ("sql:nowhere", "there is no nowhere"),
        ("sql:supabase", "no SQL file"),
        ("dir:airlock.toml", "is no folder"),
        ("snapshot:airlock.toml", "is no snapshot"),
        ("snapshot:supabase", "cannot be read"),
        ("git:main", "git cannot read"),
        (f"mysql://me:{PASSWORD}@h/d", "does not start with postgresql://"),
        (f"postgresql://me:{PASSWORD}@@h/d", "bare '@'"),
        (f"postgresql://me:{PASSWORD}@localhost:1/d", "nobody answers there"),
    ],
)
def test_a_bad_source(
    source: str, said: str, airlock: Airlock, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.parent))
    (project / "airlock.toml").write_text("[environments.production]\n")
    (project / "supabase/empty").mkdir()
    if source == "sql:supabase":
        source = "sql:supabase/empty"
    for arguments in (("diff", "empty", source), ("snapshot", source)):
        result = airlock(*arguments)
        assert (result.code, result.out) == (2, "")
        assert said in result.err


def test_paths_are_relative_to_where_one_stands(
    airlock: Airlock, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "supabase")
    assert airlock("diff", "dir:migrations", "dir:..").code == 0


# clones --------------------------------------------------------------------------------------


def test_each_source_can_be_made_again(airlock: Airlock, project: Path) -> None:
    assert airlock("up").code == 0
    assert airlock("snapshot", "migrations", "-o", "schema.json").code == 0
    for text, cloned in (
        ("empty", Cloned.COPY),
        ("migrations", Cloned.COPY),
        ("local", Cloned.DUMP),
        ("snapshot:schema.json", Cloned.CATALOG),
    ):
        with opened(project, text) as source:
            assert source.cloned is cloned
            for _ in range(2):
                again = copied(source)
                assert again.nodes == source.catalog.nodes, text


# snapshot ------------------------------------------------------------------------------------


def test_a_snapshot_is_a_source(airlock: Airlock, project: Path) -> None:
    first = airlock("snapshot", "migrations", "-o", "schema.json")
    assert first.code == 0
    assert "✓ wrote schema.json" in first.out
    assert "unchanged: schema.json" in airlock("snapshot", "migrations", "-o", "schema.json").out
    assert airlock("diff", "snapshot:schema.json", "migrations").code == 0
    assert airlock("diff", "migrations", "snapshot:schema.json").code == 0
    report = airlock("snapshot", "migrations", "-o", "s.json", "--format", "json").json
    assert (
        report["side"]["fingerprint"] == json.loads((project / "s.json").read_text())["fingerprint"]
    )


def test_a_snapshot_of_an_older_major(airlock: Airlock, project: Path) -> None:
    """What only the newer server keeps is no difference, and is neither for the proof."""
    more = """
    create table public.orders (id int constraint given not null, of text) partition by list (of);
    create table public.orders_1 partition of public.orders for values in ('1');
    comment on constraint given on public.orders is 'why';
    grant all on public.orders to anon;
    grant maintain on public.items to service_role;
    """
    migration(project, "20250103000000", "more", more)
    for text, name in (("migrations", "old.json"), (f"migrations@{SECOND}", "before.json")):
        with opened(project, text) as source:
            older = as_on(15, source.catalog, low=15, high=source.catalog.major)
        (project / name).write_text(snapshot.write(older))
    for pair in (("snapshot:old.json", "migrations"), ("migrations", "snapshot:old.json")):
        result = airlock("diff", *pair)
        assert result.code == 0, result.out
        assert "warning[majors-differ]" in result.out
        assert "column not null name: public.orders.id;" in result.out
        assert "✓ proved" in result.out
    result = airlock("diff", "snapshot:before.json", "migrations", "--format", "json")
    assert result.code == 1
    assert result.json["proof"]["converged"]
    assert [result.json[each]["postgres"] for each in ("old", "new")] == [15, 18]


def test_without_a_file_it_goes_to_stdout(airlock: Airlock, project: Path) -> None:
    result = airlock("snapshot", "migrations")
    assert (result.code, result.err) == (0, "")
    airlock("snapshot", "migrations", "-o", "schema.json")
    assert result.out == (project / "schema.json").read_text()


def test_a_file_that_cannot_be_written(airlock: Airlock, project: Path) -> None:
    result = airlock("snapshot", "empty", "-o", "nowhere/schema.json")
    assert result.code == 2
    assert "cannot write" in result.err


# databases elsewhere -------------------------------------------------------------------------


@pytest.fixture
def elsewhere(environments: Cluster) -> Iterator[Callable[[str, str], str]]:
    """Return what makes a database of another owner, and gives its URL for a login."""
    name = f"elsewhere_{secrets.token_hex(4)}"
    with connect(environments.address("airlock"), acting=False) as session:
        for role in ("diff_owner", "diff_inspector"):
            if not session.fetch("select 1 from pg_roles where rolname = %s", [role]):
                session.execute(f"create role {role} login")
        session.execute(f"create database {name} template template0 owner diff_owner")

        def make(sql: str, login: str) -> str:
            with connect(environments.address(name), acting=False) as inside:
                inside.execute("set session authorization diff_owner")
                inside.execute("create schema app")
                inside.execute(sql)
            url = environments.address(name).url
            return url.replace("://supabase_admin@", f"://{login}@", 1).replace(
                "://supabase_admin:", f"://{login}:", 1
            )

        try:
            yield make
        finally:
            session.execute(f"drop database {name} with (force)")


APP = """
create table app.items (id bigint generated by default as identity primary key, name text);
create view app.named as select name from app.items;
alter default privileges in schema app grant select on tables to public;
grant select on app.items to public;
"""


@pytest.fixture
def plain(root: Path) -> Path:
    """A project of plain Postgres."""
    (root / "supabase/migrations").rmdir()
    (root / "supabase").rmdir()
    (root / "migrations").mkdir()
    (root / "migrations/001_app.sql").write_text(f"create schema app;\n{APP}")
    (root / "airlock.toml").write_text('[project]\nmigrations = "migrations"\n')
    return root


def test_another_owner_is_no_difference(
    airlock: Airlock, plain: Path, elsewhere: Callable[[str, str], str]
) -> None:
    url = elsewhere(APP, "diff_owner")
    for pair in (("migrations", url), (url, "migrations")):
        result = airlock("diff", *pair)
        assert (result.code, result.err) == (0, ""), result.out
    (plain / "migrations/002_more.sql").write_text("create index on app.items (name);\n")
    result = airlock("diff", url, "migrations", "--format", "sql")
    assert result.code == 1
    assert "CONCURRENTLY items_name_idx" in result.out
    with opened(plain, url) as source:
        assert (source.cloned, source.catalog.role) == (Cloned.DUMP, "diff_owner")
        assert copied(source).nodes == run_by(source.catalog, "postgres").nodes


def test_what_the_first_superuser_owns(
    airlock: Airlock, plain: Path, elsewhere: Callable[[str, str], str]
) -> None:
    """Shadows have that role too, and what it owns there is the server's own."""
    mixed = f"reset session authorization; {APP} alter view app.named owner to diff_owner;"
    url = elsewhere(mixed, "supabase_admin")
    with (plain / "airlock.toml").open("a") as settings:
        settings.write(f'[environments.staging]\nurl = "{url}"\n')
    (plain / "migrations/002_owner.sql").write_text(
        "do $$ begin if to_regrole('diff_owner') is null then create role diff_owner login;"
        " end if; end $$;\n"
        "alter view app.named owner to diff_owner;\n"
    )
    for pair in (("migrations", "staging"), ("staging", "migrations")):
        result = airlock("diff", *pair)
        assert (result.code, result.err) == (1, ""), result.out
        assert "~ owner of schema app" in result.out
        assert "✓ proved" in result.out
    with opened(plain, "staging") as source:
        assert source.cloned is Cloned.DUMP
        again = copied(source)
        assert again.nodes == run_by(source.catalog, "postgres").nodes
    assert not any(getattr(node, "role", "") == "supabase_admin" for node in again)


@pytest.fixture
def outside(airlock: Airlock, project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is no project, with the snapshot of one."""
    folder = project.parent / "outside"
    folder.mkdir()
    assert airlock("snapshot", "migrations", "-o", str(folder / "schema.json")).code == 0
    (folder / "app.sql").write_text(f"create schema app;\n{APP}")
    monkeypatch.chdir(folder)
    return folder


def test_two_sources_without_a_project(
    airlock: Airlock, outside: Path, elsewhere: Callable[[str, str], str]
) -> None:
    url = elsewhere(APP, "diff_owner")
    for pair in ((url, "sql:app.sql"), ("sql:app.sql", url), ("empty", "empty")):
        result = airlock("diff", *pair)
        assert (result.code, result.err) == (0, ""), result.out
    (outside / "more.sql").write_text(f"create schema app;\n{APP}create table app.more ();\n")
    result = airlock("diff", "sql:app.sql", "sql:more.sql")
    assert result.code == 1
    assert "✓ proved" in result.out
    assert airlock("snapshot", url, "-o", "other.json").code == 0
    assert airlock("diff", "snapshot:other.json", url).code == 0


def test_a_snapshot_says_that_its_platform_is_supabase(airlock: Airlock, outside: Path) -> None:
    """Its trigger on a table of the platform can be made again, on either side."""
    for pair in (("empty", "snapshot:schema.json"), ("snapshot:schema.json", "empty")):
        result = airlock("diff", *pair)
        assert result.code == 1
        assert "✓ proved" in result.out
        assert "trigger auth.users.greet" in result.out


@pytest.mark.parametrize("source", ["migrations", "local", "git:main", "nonsense"])
def test_what_needs_a_project_says_so(source: str, airlock: Airlock, outside: Path) -> None:
    result = airlock("diff", "empty", source)
    assert result.code == 2
    assert "no project here" in result.err


def test_a_login_that_may_read_nothing(
    airlock: Airlock, plain: Path, elsewhere: Callable[[str, str], str]
) -> None:
    url = elsewhere(APP.replace("grant select on app.items to public;", ""), "diff_inspector")
    result = airlock("diff", url, "migrations")
    assert (result.code, result.err) == (1, "")
    assert result.out.startswith("+ grant of table app.items\n\n")
    with opened(plain, url) as source:
        assert source.cloned is Cloned.CATALOG
        assert copied(source).nodes == run_by(source.catalog, "postgres").nodes

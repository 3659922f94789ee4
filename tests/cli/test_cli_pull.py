"""`airlock pull` and `airlock new --from-diff` on real servers."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from terminal import Airlock, migration

from airlock.app.workspace import database_name
from airlock.server.cluster import Cluster
from airlock.server.connect import connect

FIRST = "20250101000000"
SECOND = "20250102000000"
ITEMS = "create table public.items (id bigint primary key, name text);\n"
BY_HAND = (
    "alter table public.items add column note text;create index items_name on public.items (name);"
)
Run = Callable[[str], None]


@pytest.fixture
def project(root: Path) -> Path:
    migration(root, FIRST, "items", ITEMS)
    (root / "airlock.toml").write_text(
        "[environments.staging]\n[environments.production]\n"
        "[environments.away]\nurl = { env = 'AWAY' }\n"
    )
    return root


@pytest.fixture
def by_hand(project: Path, environments: Cluster) -> Run:
    """Return what changes staging behind everybody's back."""

    def run(sql: str) -> None:
        with connect(environments.address(database_name(project, "staging"))) as session:
            session.execute(sql)

    return run


def files(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "supabase/migrations").iterdir())


# pull ----------------------------------------------------------------------------------------


def test_nothing_to_pull(airlock: Airlock, project: Path) -> None:
    assert airlock("deploy", "staging").code == 0
    for more in ([], ["--mark-applied"], ["--name", "x"]):
        result = airlock("pull", "staging", *more)
        assert (result.code, result.err) == (0, "")
        assert "migrations and staging are equal" in result.out
        assert "nothing to write" in result.out
    assert files(project) == [f"{FIRST}_items.sql"]


def test_changes_by_hand_become_a_migration(airlock: Airlock, project: Path, by_hand: Run) -> None:
    assert airlock("deploy", "staging").code == 0
    by_hand(BY_HAND)
    assert airlock("diff", "migrations", "staging").code == 1
    result = airlock("pull", "staging")
    assert result.code == 0, result.err
    assert "+ column public.items.note" in result.out
    assert "✓ proved in" in result.out
    assert "+ wrote supabase/migrations/" in result.out
    assert "! staging has it already, and its history does not say so" in result.out
    assert "--format sql" not in result.out
    _, made = files(project)
    assert made.endswith("_pulled_from_staging.sql")
    text = (project / "supabase/migrations" / made).read_text()
    assert 'add column "note" text' in text
    assert "CONCURRENTLY items_name" in text
    assert airlock("diff", "migrations", "staging").code == 0
    assert airlock("check", "--no-rules").code == 0


def test_the_history_can_be_told(airlock: Airlock, project: Path, by_hand: Run) -> None:
    assert airlock("deploy", "staging").code == 0
    by_hand(BY_HAND)
    result = airlock("pull", "staging", "--mark-applied", "--name", "by hand")
    assert result.code == 0, result.err
    assert "✓ staging has it already, and its history now says so" in result.out
    assert files(project)[1].endswith("_by_hand.sql")
    assert airlock("status", "staging").code == 0
    assert "staging is up to date" in airlock("deploy", "staging").out


def test_what_is_pending_there_would_be_undone(
    airlock: Airlock, project: Path, by_hand: Run
) -> None:
    assert airlock("deploy", "staging").code == 0
    by_hand(BY_HAND)
    migration(project, SECOND, "more", "create table public.more (id int);\n")
    result = airlock("pull", "staging")
    assert result.code == 0
    assert "warning[pull-pending]: 1 migration is pending in staging" in result.out
    assert f"{SECOND}_more.sql made what staging does not have yet" in result.out
    assert "- table public.more" in result.out


def test_a_protected_environment_is_read_and_not_written_to(
    airlock: Airlock, project: Path, environments: Cluster
) -> None:
    refused = airlock("pull", "production", "--mark-applied")
    assert (refused.code, refused.out) == (3, "")
    assert "production is protected" in refused.err
    assert "Leave out --mark-applied" in refused.err
    absent = airlock("pull", "production")
    assert (absent.code, absent.out) == (2, "")
    assert "production is not created yet" in absent.err
    assert files(project) == [f"{FIRST}_items.sql"]


@pytest.mark.parametrize(
    ("environment", "more", "said"),
    [
        ("staging", (), "staging is not created yet: there is nothing to read"),
        ("stagin", (), "Did you mean 'staging'?"),
        ("migrations", (), "there is no environment called 'migrations'"),
        ("away", (), "the variable AWAY is not set"),
        ("staging", ("--name", "../x"), "is a path"),
        ("staging", ("--name", "%"), "name"),
    ],
)
def test_what_cannot_be_pulled(
    airlock: Airlock, project: Path, environment: str, more: tuple[str, ...], said: str
) -> None:
    result = airlock("pull", environment, *more)
    assert (result.code, result.out) == (2, "")
    assert said in result.err
    assert files(project) == [f"{FIRST}_items.sql"]


def test_a_history_that_fails_is_shown(airlock: Airlock, project: Path) -> None:
    assert airlock("deploy", "staging").code == 0
    migration(project, SECOND, "broken", "select * from nowhere;\n")
    result = airlock("pull", "staging")
    assert (result.code, result.out) == (2, "")
    assert "broken.sql:1:15" in result.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written(airlock: Airlock, project: Path, by_hand: Run) -> None:
    assert airlock("deploy", "staging").code == 0
    by_hand(BY_HAND)
    folder = project / "supabase/migrations"
    folder.chmod(0o500)
    try:
        result = airlock("pull", "staging", "--mark-applied")
    finally:
        folder.chmod(0o700)
    assert result.code == 2
    assert "cannot be written: Permission denied" in result.err
    assert airlock("status", "staging").code == 0


# new --from-diff -----------------------------------------------------------------------------


@pytest.fixture
def schemas(project: Path) -> Path:
    """A folder of declarative SQL that says what the migrations make."""
    folder = project / "supabase/schemas"
    folder.mkdir()
    (folder / "items.sql").write_text(ITEMS)
    return folder


def test_nothing_to_generate(airlock: Airlock, project: Path, schemas: Path) -> None:
    result = airlock("new", "same", "--from-diff", "sql:supabase/schemas")
    assert (result.code, result.err) == (0, "")
    assert "nothing to write" in result.out
    assert files(project) == [f"{FIRST}_items.sql"]


def test_a_migration_is_generated(airlock: Airlock, project: Path, schemas: Path) -> None:
    (schemas / "tags.sql").write_text("create table public.tags (item bigint);\n")
    # The name of a file that is there already is no obstacle: the version is another.
    result = airlock("new", "items", "--from-diff", "sql:supabase/schemas", "--format", "json")
    assert result.code == 0, result.err
    assert result.json["path"] == f"supabase/migrations/{files(project)[1]}"
    assert files(project)[1].endswith("_items.sql")
    assert airlock("diff", "migrations", "sql:supabase/schemas").code == 0
    again = airlock("new", "items", "--from-diff", "sql:supabase/schemas")
    assert "nothing to write" in again.out


def test_a_generated_migration_can_be_taken_back(
    airlock: Airlock, project: Path, schemas: Path
) -> None:
    (schemas / "items.sql").write_text(ITEMS.replace("name text", "name varchar(9) not null"))
    assert airlock("new", "narrow", "--from-diff", "sql:supabase/schemas").code == 0
    result = airlock("check", "--no-rules", "--fix")
    assert result.code == 0, result.out
    assert "✓ 2 rollbacks proved" in result.out
    assert "cannot bring back what the migration took away" in result.out


@pytest.mark.parametrize(
    ("name", "source", "said"),
    [
        ("x", "sql:nowhere", "there is no nowhere"),
        ("x", "sqll:supabase", "Did you mean"),
        ("x", "production", "production is not created yet"),
        ("../x", "empty", "is a path"),
    ],
)
def test_what_cannot_be_generated(
    airlock: Airlock, project: Path, name: str, source: str, said: str
) -> None:
    result = airlock("new", name, "--from-diff", source)
    assert (result.code, result.out) == (2, "")
    assert said in result.err
    assert files(project) == [f"{FIRST}_items.sql"]


def test_a_source_that_does_not_load_is_shown(
    airlock: Airlock, project: Path, schemas: Path
) -> None:
    (schemas / "z.sql").write_text("create table public.z (id itn);\n")
    result = airlock("new", "x", "--from-diff", "sql:supabase/schemas")
    assert (result.code, result.out) == (2, "")
    assert "--> supabase/schemas/z.sql:1:27" in result.err
    assert files(project) == [f"{FIRST}_items.sql"]


@pytest.mark.parametrize("more", [["--template", "table"], ["--sql", "airlock.toml"]])
def test_one_text_has_one_origin(airlock: Airlock, project: Path, more: list[str]) -> None:
    result = airlock("new", "x", "--from-diff", "empty", *more)
    assert result.code == 2
    assert "from a difference and from elsewhere" in result.err

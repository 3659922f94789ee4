from __future__ import annotations

from pathlib import Path

import pytest
from trees import FOLDER, paths, plain, supabase, write

from airlock.errors import ProjectError
from airlock.model.migration import Layout
from airlock.sources.layouts import detect
from airlock.sources.project import FolderMissing, locate, read_project

# ----------------------------------------------------------------------------- Supabase's layout


def test_supabase_orders_versions_as_text(tmp_path: Path) -> None:
    project = supabase(tmp_path, {"3_c.sql": "", "10_b.sql": "", "1_z.sql": "", "2_.sql": ""})
    assert [m.version for m in project.migrations] == ["1", "10", "2", "3"]
    assert [m.name for m in project.migrations] == ["z", "b", "", "c"]
    assert project.migrations[0].raw == b""
    assert project.duplicates == ()


def test_supabase_passes_over_what_the_cli_passes_over(tmp_path: Path) -> None:
    project = supabase(
        tmp_path,
        {
            "20211208000000_init.sql": "",
            "20240101000000_a b.c.sql": "",
            "20240101000001-x.sql": "",
            "20240101000002_x.SQL": "",
            "V3__x.sql": "",
            "add_users.sql": "",
            "20240101000003.sql": "",
            "sub/20240101000004_x.sql": "",
            "README.md": "",
            "sub/.keep": "",
        },
    )
    assert paths(project) == ["20240101000000_a b.c.sql"]
    reasons = {s.path.removeprefix(FOLDER + "/"): s.reason for s in project.skipped}
    assert "9 December 2021" in reasons.pop("20211208000000_init.sql")
    assert reasons.pop("20240101000001-x.sql").endswith("rename it to 20240101000001_x.sql")
    assert "lower case" in reasons.pop("20240101000002_x.SQL")
    assert reasons.pop("V3__x.sql").endswith("3_x.sql")
    assert reasons.pop("add_users.sql").endswith("<timestamp>_add_users.sql")
    assert reasons.pop("20240101000003.sql").endswith("<timestamp>_name.sql")
    assert reasons.pop("sub").startswith("a sub-folder")
    assert reasons == {}


@pytest.mark.parametrize(
    "files",
    [
        ["20211209000000_init.sql"],
        ["20200101000000_first.sql"],
        [".gitkeep", "20200101000000_init.sql"],
        ["20190101000000_a.sql", "20200101000000_init.sql"],
    ],
)
def test_other_first_files_run(tmp_path: Path, files: list[str]) -> None:
    project = supabase(tmp_path, dict.fromkeys(files, ""))
    assert paths(project) == [name for name in files if name.endswith(".sql")]


def test_rollbacks_have_the_same_name_in_their_own_folder(tmp_path: Path) -> None:
    write(tmp_path, {"supabase/rollbacks/2_b.sql": "", "supabase/rollbacks/9_z.sql": ""})
    project = supabase(tmp_path, {"1_a.sql": "", "2_b.sql": ""})
    assert [m.rollback for m in project.migrations] == [None, "supabase/rollbacks/2_b.sql"]


def test_a_version_twice_is_kept_for_others_to_refuse(tmp_path: Path) -> None:
    project = supabase(tmp_path, {"1_a.sql": "", "1_b.sql": "", "2_c.sql": ""})
    assert [[m.name for m in group] for group in project.duplicates] == [["a", "b"]]


def test_bytes_are_kept_as_they_are(tmp_path: Path) -> None:
    raw = "\ufeffselect 'é';\r\n".encode()
    (migration,) = supabase(tmp_path, {"1_a.sql": raw}).migrations
    assert migration.raw == raw
    assert len(migration.sha256) == 64
    assert migration.path == f"{FOLDER}/1_a.sql"


def test_a_new_supabase_project_has_no_migrations_yet(tmp_path: Path) -> None:
    write(tmp_path, {"supabase/config.toml": ""})
    project = read_project(tmp_path)
    assert (project.layout, project.folder) == (Layout.SUPABASE, FOLDER)
    assert project.migrations == ()


# -------------------------------------------------------------------------------- plain folders


def test_plain_orders_numbers_as_numbers(tmp_path: Path) -> None:
    project = plain(tmp_path, {"10_b.sql": "", "2-a.sql": "", "001_first.sql": "", "x.sql": ""})
    assert paths(project) == ["001_first.sql", "2-a.sql", "10_b.sql"]
    assert [s.path for s in project.skipped] == ["db/x.sql"]
    assert project.skipped[0].reason.endswith("<number>_x.sql")


PLAIN_STYLES: dict[str, tuple[list[str], list[tuple[str, str, str, str | None]]]] = {
    "up and down": (
        ["001_a.up.sql", "001_a.down.sql", "002_b.up.sql"],
        [("001", "a", "001_a.up.sql", "001_a.down.sql"), ("002", "b", "002_b.up.sql", None)],
    ),
    "a plain file with its down": (
        ["001_a.sql", "001_a.down.sql"],
        [("001", "a", "001_a.sql", "001_a.down.sql")],
    ),
    "V0001.Name": (
        ["V0001.First.up.sql", "V0001.First.down.sql", "V0002.Second.up.sql"],
        [
            ("0001", "First", "V0001.First.up.sql", "V0001.First.down.sql"),
            ("0002", "Second", "V0002.Second.up.sql", None),
        ],
    ),
    "Flyway": (
        ["V1__a.sql", "V1.10__c.sql", "V1_2__b.sql", "U1__a.sql", "R__views.sql"],
        [
            ("1", "a", "V1__a.sql", "U1__a.sql"),
            ("1.2", "b", "V1_2__b.sql", None),
            ("1.10", "c", "V1.10__c.sql", None),
        ],
    ),
    "folders": (
        ["001_a/up.sql", "001_a/down.sql", "2024-01-31-120000_b/up.sql", "notes/x.txt"],
        [
            ("001", "a", "001_a/up.sql", "001_a/down.sql"),
            ("20240131120000", "b", "2024-01-31-120000_b/up.sql", None),
        ],
    ),
    "Prisma": (
        ["20240131120000_a/migration.sql", "migration_lock.toml"],
        [("20240131120000", "a", "20240131120000_a/migration.sql", None)],
    ),
    "Drizzle": (
        ["0000_dark_fox.sql", "meta/_journal.json"],
        [("0000", "dark_fox", "0000_dark_fox.sql", None)],
    ),
}


@pytest.mark.parametrize("style", PLAIN_STYLES)
def test_plain_styles(tmp_path: Path, style: str) -> None:
    files, expected = PLAIN_STYLES[style]
    project = plain(tmp_path, dict.fromkeys(files, ""))
    found = [
        (m.version, m.name, m.path[3:], m.rollback[3:] if m.rollback else None)
        for m in project.migrations
    ]
    assert found == expected
    (best,) = detect(tmp_path).found
    assert (best.layout, best.folder, best.migrations) == (Layout.PLAIN, "db", len(expected))
    assert read_project(tmp_path).migrations == project.migrations


def test_plain_says_what_it_passes_over(tmp_path: Path) -> None:
    project = plain(
        tmp_path,
        {"R__v.sql": "", "9_gone.down.sql": "", "1_a/x.sql": "", "b/up.sql": "", "1_c.sql": ""},
    )
    reasons = {skipped.path: skipped.reason for skipped in project.skipped}
    assert "repeatable" in reasons.pop("db/R__v.sql")
    assert "not here" in reasons.pop("db/9_gone.down.sql")
    assert "up.sql or migration.sql" in reasons.pop("db/1_a")
    assert "up.sql or migration.sql" in reasons.pop("db/b")
    assert reasons == {}


TWO_WAY = {
    "dbmate": "-- migrate:up\ncreate table t();\n-- migrate:down\ndrop table t;\n",
    "goose": "-- +goose Up\ncreate table t();\n-- +goose Down\ndrop table t;\n",
    "sql-migrate": "-- +migrate Up\ncreate table t();\n-- +migrate Down\ndrop table t;\n",
}


@pytest.mark.parametrize("tool", TWO_WAY)
def test_a_file_that_would_undo_itself_is_refused(tmp_path: Path, tool: str) -> None:
    with pytest.raises(ProjectError, match=f"both directions of a {tool} migration") as caught:
        plain(tmp_path, {"001_a.sql": TWO_WAY[tool]})
    assert str(caught.value.where) == "db/001_a.sql:3:1"
    assert ".down.sql" in str(caught.value.hint)
    (found,) = detect(tmp_path).found
    assert (found.tool, found.layout) == (tool, None)
    with pytest.raises(FolderMissing, match=f"not supported: {tool} in db"):
        read_project(tmp_path)


def test_a_two_way_mark_is_a_comment_like_any_other_for_supabase(tmp_path: Path) -> None:
    assert len(supabase(tmp_path, {"1_a.sql": TWO_WAY["dbmate"]}).migrations) == 1


# -------------------------------------------------------------------------------------- seeds


def test_seeds_keep_the_order_of_their_patterns(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            f"{FOLDER}/1_a.sql": "",
            "supabase/seed.sql": "select 1",
            "supabase/seeds/b.sql": "",
            "supabase/seeds/a.sql": "",
            "supabase/seeds/note.txt": "",
            "supabase/seeds/more/c.sql": "",
        },
    )

    def seeds(*patterns: str) -> list[str]:
        return [seed.path for seed in read_project(tmp_path, seeds=patterns).seeds]

    assert [seed.path for seed in read_project(tmp_path).seeds] == ["supabase/seed.sql"]
    assert seeds("supabase/seeds/*.sql", "./supabase/seed.sql", "supabase/seeds/a.sql") == [
        "supabase/seeds/a.sql",
        "supabase/seeds/b.sql",
        "supabase/seed.sql",
    ]
    assert seeds("supabase/**/*.sql")[-2:] == ["supabase/seeds/b.sql", "supabase/seeds/more/c.sql"]
    assert seeds("supabase/missing.sql", "supabase/none/*.sql") == []
    for outside in ("../x.sql", "/etc/passwd", "supabase/../../x.sql"):
        with pytest.raises(ProjectError, match="outside of the project"):
            seeds(outside)


# --------------------------------------------------------------------------- finding a project


def test_locate_walks_up(tmp_path: Path) -> None:
    deep = tmp_path / "apps" / "web" / "src"
    deep.mkdir(parents=True)
    with pytest.raises(ProjectError, match="no project here") as caught:
        locate(deep)
    assert "airlock init" in str(caught.value.hint)
    write(tmp_path, {"apps/supabase/README": ""})
    with pytest.raises(ProjectError):
        locate(deep)
    write(tmp_path, {"apps/supabase/config.toml": ""})
    found = locate(deep)
    assert (found.root, found.config) == (tmp_path / "apps", None)
    assert found.supabase == tmp_path / "apps" / "supabase"
    write(tmp_path, {"airlock.toml": ""})
    found = locate(deep)
    assert (found.root, found.config) == (tmp_path, tmp_path / "airlock.toml")


def test_detect_ranks_what_it_finds(tmp_path: Path) -> None:
    assert detect(tmp_path).best() is None
    write(
        tmp_path,
        {
            "alembic.ini": "",
            "ops/sqitch.plan": "",
            "queries/1_x.sql": "",
            "queries/2_y.sql": "",
            "storage/migrations/mysql/V0001.A.up.sql": "",
            "storage/migrations/postgres/V0001.A.up.sql": "",
            "node_modules/p/migrations/1_a.sql": "",
            ".hidden/migrations/1_a.sql": "",
            "seeds/1_a.sql": "",
        },
    )
    found = detect(tmp_path).found
    assert [(each.tool, each.folder) for each in found] == [
        ("plain SQL", "storage/migrations/postgres"),
        ("plain SQL", "storage/migrations/mysql"),
        ("plain SQL", "queries"),
        ("Alembic", "."),
        ("sqitch", "ops"),
    ]
    assert [each.layout for each in found[-2:]] == [None, None]
    assert all(each.note for each in found[-2:])
    write(tmp_path, {f"{FOLDER}/1_a.sql": "", "supabase/tests/001_t.sql": ""})
    best = detect(tmp_path).best()
    assert best is not None
    assert (best.tool, best.folder, best.migrations) == ("Supabase CLI", FOLDER, 1)


@pytest.mark.parametrize(
    ("mark", "tool"),
    [
        ("db/migration_lock.toml", "Prisma"),
        ("db/meta/_journal.json", "Drizzle"),
        ("db/atlas.sum", "Atlas"),
        ("db/V2__b.sql", "Flyway"),
    ],
)
def test_detect_names_the_tool(tmp_path: Path, mark: str, tool: str) -> None:
    write(tmp_path, {"db/1_a.sql": "", mark: ""})
    assert [each.tool for each in detect(tmp_path).found] == [tool]


def test_the_root_itself_may_be_the_folder(tmp_path: Path) -> None:
    write(tmp_path, {"001_a.up.sql": "", "001_a.down.sql": ""})
    project = read_project(tmp_path)
    assert project.folder == "."
    assert [(m.path, m.rollback) for m in project.migrations] == [
        ("001_a.up.sql", "001_a.down.sql")
    ]

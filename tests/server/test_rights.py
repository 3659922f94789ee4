"""Rights on the embedded server: what the platform allows, what it did once, roles of a server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from airlock.model.failure import StatementRefused
from airlock.model.finding import Level
from airlock.server.address import Address
from airlock.server.baseline import Baseline
from airlock.server.connect import Session, connect
from airlock.server.databases import Databases
from airlock.server.statements import Run, Runner
from makers import as_elsewhere, script

_ROLES = ("worker", "Old Worker")


@pytest.fixture
def session(supabase_database: Address) -> Iterator[Session]:
    with connect(supabase_database) as session:
        yield session


@pytest.fixture
def elsewhere(databases: Databases) -> Iterator[Session]:
    """Another database of the same server."""
    template = databases.baseline(Baseline.SUPABASE, expose_new_tables=False)
    with (
        databases.shadow(template) as name,
        connect(databases.cluster.address(name, label="elsewhere")) as session,
    ):
        yield session


@pytest.fixture
def no_roles(databases: Databases) -> Iterator[None]:
    """Takes away the roles that a test has made, which are the whole server's."""
    yield
    with connect(databases.cluster.address("airlock"), acting=False) as session:
        for role in _ROLES:
            session.execute(f'drop role if exists "{role}"')


def run(session: Session, text: str, runner: Runner | None = None) -> Run:
    return (runner or Runner(session)).run(script(text))


def codes(done: Run) -> list[str]:
    return [finding.code for finding in done.findings]


def refused(session: Session, text: str, runner: Runner | None = None) -> str:
    with pytest.raises(StatementRefused) as raised:
        run(session, text, runner)
    return raised.value.failure.sqlstate


class TestPlatformRights:
    def test_lends_what_was_allowed_once_and_says_so(self, session: Session) -> None:
        text = "create table t (id int);\nalter table auth.users\n  add column nick text;\n"
        done = run(session, text)
        (finding,) = done.findings
        assert (finding.code, finding.level) == ("needs-platform-rights", Level.WARNING)
        assert finding.message == (
            "must be owner of table users: a project's own role may not run this ALTER TABLE"
        )
        assert finding.where
        assert (finding.where.line, finding.length) == (2, len("alter table auth.users"))
        assert session.fetch("select nick from auth.users") == []
        # Around it, the file runs as the project.
        assert session.fetch("select tableowner from pg_tables where tablename = 't'") == [
            ("postgres",)
        ]

    @pytest.mark.parametrize(
        "text",
        [
            "copy t from '/etc/hostname';",
            "copy t from program 'true';",
            "create function f() returns int language c as 'libc', 'abs';",
            "grant pg_execute_server_program to postgres;",
            "alter role postgres superuser;",
            "alter system set archive_command = 'true';",
            "create extension file_fdw;",
            "select pg_read_file('/etc/hostname');",
        ],
    )
    def test_lends_nothing_to_what_reaches_the_machine(self, session: Session, text: str) -> None:
        if text.startswith("grant") and session.server_major < 16:
            pytest.skip("before 16, who may create roles may grant them all")
        run(session, "create table t (a text);")
        assert refused(session, text) == "42501"

    def test_shows_the_first_refusal_when_rights_do_not_help(self, session: Session) -> None:
        with pytest.raises(StatementRefused) as raised:
            run(session, "create table t (id int); alter table auth.users add column id int;")
        assert raised.value.failure.sqlstate == "42501"
        assert session.fetch("select to_regclass('t')") == [(None,)]

    def test_lends_nothing_elsewhere(self, supabase_database: Address) -> None:
        with connect(as_elsewhere(supabase_database)) as session:
            assert refused(session, "alter table auth.users add column x int;") == "42501"
            assert refused(session, "create extension pg_cron;") == "42501"

    def test_runs_what_the_platform_runs_for_a_project(self, session: Session) -> None:
        text = (
            "create extension if not exists pg_trgm with schema extensions;\n"
            "create policy p on storage.objects for select using (true);\n"
            "create publication mine for all tables;\n"
            "create table t (a text);\ncreate index on t using gin (a extensions.gin_trgm_ops);\n"
            "set session_replication_role = replica;\nset session_replication_role = origin;\n"
        )
        done = run(session, text)
        assert codes(done) == []
        owners = (
            "select tableowner from pg_tables where tablename = 't' union all "
            "select pg_get_userbyid(pubowner) from pg_publication where pubname = 'mine'"
        )
        assert session.fetch(owners) == [("postgres",), ("postgres",)]

    def test_gives_the_role_of_the_file_back(self, session: Session) -> None:
        text = (
            "set role authenticated;\ncreate extension if not exists unaccent;\n"
            "create temp table who as select session_user::text a, current_user::text b;\n"
        )
        run(session, text)
        assert session.fetch("select a, b from who") == [("postgres", "authenticated")]

    def test_notes_an_extension_that_is_a_stand_in(self, session: Session) -> None:
        done = run(session, "create extension if not exists pg_cron;")
        (finding,) = done.findings
        assert finding.message == (
            'extension "pg_cron" is stubbed: DDL is proved, behaviour is not'
        )
        assert finding.key == "stubbed-extension:supabase/migrations/1_file.sql:pg_cron"

    @pytest.mark.parametrize("how", ["", "concurrently"])
    def test_builds_an_index_of_a_stand_in_without_its_options(
        self, session: Session, how: str
    ) -> None:
        text = f"""
            create extension pgroonga with schema extensions;
            create table memos (body text);
            create index {how} memos_body on memos
              using pgroonga (body) with (tokenizer = 'TokenBigram');
        """
        assert codes(run(session, text)) == ["stubbed-extension", "stubbed-index-options"]
        assert session.fetch("select count(*) from pg_indexes where tablename = 'memos'") == [(1,)]

    def test_refuses_options_that_no_index_method_knows(self, session: Session) -> None:
        text = "create table t (a int); create index on t using btree (a) with (lists = 3);"
        assert refused(session, text) == "22023"

    @pytest.mark.parametrize("missing", ["alter table auth.users add nick text;", ""])
    def test_leaves_the_savepoints_of_the_file_alone(self, session: Session, missing: str) -> None:
        text = (
            f"begin;\n{missing}\ncreate table a (id int);\nsavepoint s;\n"
            "create table b (id int);\nrollback to savepoint s;\ncreate table c (id int);\n"
            "release savepoint s;\ncommit;\n"
        )
        run(session, text)
        made = "select tablename::text from pg_tables where schemaname = 'public' order by 1"
        assert session.fetch(made) == [("a",), ("c",)]

    def test_lets_a_file_choose_its_isolation(self, session: Session) -> None:
        text = (
            "begin;\nset transaction isolation level serializable;\n"
            "create temp table i as select current_setting('transaction_isolation') as level;\n"
            "commit;\n"
        )
        run(session, text)
        assert session.fetch("select level from i") == [("serializable",)]


@pytest.mark.usefixtures("no_roles")
class TestRolesOfAServer:
    def test_takes_a_role_of_another_history_for_its_own(
        self, session: Session, elsewhere: Session
    ) -> None:
        text = "create role worker;\ncreate table t (id int);\ngrant select on t to worker;\n"
        run(elsewhere, text)
        assert codes(run(session, text)) == []
        grants = "select has_table_privilege('worker', 't', 'select')"
        assert session.fetch(grants) == [(True,)]
        run(elsewhere, "drop owned by worker;")
        run(session, "drop owned by worker;")

    def test_refuses_to_make_a_role_twice(self, session: Session) -> None:
        runner = Runner(session)
        run(session, "create role worker;", runner)
        assert refused(session, "create role worker;", runner) == "42710"
        run(session, "drop role worker;\ncreate role worker;\ndrop user worker;", runner)

    def test_refuses_to_make_a_role_of_the_platform(self, session: Session) -> None:
        assert refused(session, "create role anon;") == "42710"

    def test_forgets_the_roles_of_a_file_that_failed(self, session: Session) -> None:
        runner = Runner(session)
        # The COPY takes the road on which roles are noted before the commit.
        text = "create role worker;\ncopy nowhere from stdin;\n\\.\n"
        assert refused(session, text, runner) == "42P01"
        assert runner.own_roles == set()

    def test_passes_over_a_drop_that_only_others_stand_against(
        self, session: Session, elsewhere: Session
    ) -> None:
        text = 'create role "Old Worker";\ncreate table t ();\ngrant select on t to "Old Worker";'
        run(elsewhere, text)
        runner = Runner(session)
        run(session, text + ';\nrevoke select on t from "Old Worker";', runner)
        run(session, 'drop role if exists "Old Worker";', runner)
        assert runner.own_roles == set()
        run(session, 'create role "Old Worker";\ngrant select on t to "Old Worker";', runner)
        assert refused(session, 'drop role "Old Worker";', runner) == "2BP01"
        for each in (session, elsewhere):
            run(each, 'drop owned by "Old Worker";')

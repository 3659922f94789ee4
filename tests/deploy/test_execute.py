"""Deployments to a real database, from the first to the one that meets another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

import pytest

from airlock.deploy.execute import Deployment, deploy, read_standings
from airlock.deploy.history import ensure_history, read_history
from airlock.deploy.standing import HistoryRefused
from airlock.errors import Busy
from airlock.model.event import Event, Finished, Started, ignore
from airlock.model.failure import StatementRefused
from airlock.model.finding import Finding
from airlock.model.migration import How, Migration, Project, State
from airlock.server.address import Address
from airlock.server.connect import Session, connect
from airlock.sources.sqltext import cut, history_statements
from makers import as_elsewhere, meanwhile, migration, project, wait_until

ONE = migration("1", "-- the first\ncreate table t (id int);\n")
TWO = migration("2", "alter table t add column a text;\n")
THREE = migration("3", "create view v as\n  select * from t;\n")
MANY = migration(
    "4",
    "create table m (id int);\ninsert into m values (1), (1);\n"
    "create unique index concurrently m_id on m (id);\nselect 1;\n",
)


@pytest.fixture
def session(supabase_database: Address) -> Iterator[Session]:
    with connect(supabase_database) as session:
        yield session


def run(
    session: Session,
    *migrations: Migration,
    listener: Callable[[Event], None] = ignore,
    prove: Callable[[Sequence[Migration]], tuple[Finding, ...]] = lambda _: (),
    allow_out_of_order: bool = False,
    dry_run: bool = False,
    wait_s: float = 0,
) -> Deployment:
    return deploy(
        session,
        project(*migrations),
        environment="staging",
        tool="airlock 9",
        listener=listener,
        prove=prove,
        allow_out_of_order=allow_out_of_order,
        dry_run=dry_run,
        wait_s=wait_s,
    )


def refused(session: Session, *migrations: Migration) -> list[str]:
    """Return the codes of what forbids a deployment, which changes nothing."""
    before = everything(session)
    with pytest.raises(HistoryRefused) as raised:
        run(session, *migrations)
    assert everything(session) == before
    return [finding.code for finding in raised.value.findings]


def everything(session: Session) -> object:
    """Return what changes with any write to the catalog or to the history."""
    return (
        session.fetch("select oid, xmin from pg_class order by 1"),
        read_history(session),
    )


def states(session: Session, *migrations: Migration) -> list[State]:
    return [standing.state for standing in read_standings(session, project(*migrations))]


def edited(file: Migration, sql: str) -> Migration:
    return migration(file.version, sql)


def versions(done: Deployment) -> list[str]:
    return [finished.file.version for finished in done.finished if finished.file]  # type: ignore[union-attr]


class TestDeploy:
    def test_applies_what_is_pending_in_order(self, session: Session) -> None:
        events: list[Event] = []
        done = run(session, ONE, TWO, THREE, listener=events.append)
        assert versions(done) == ["1", "2", "3"]
        assert done.pending == (ONE, TWO, THREE)
        assert [type(event) for event in events] == [Started, Finished] * 3
        assert [row.version for row in read_history(session)] == ["1", "2", "3"]
        assert states(session, ONE, TWO, THREE) == [State.APPLIED] * 3

    def test_does_and_writes_nothing_the_second_time(self, session: Session) -> None:
        run(session, ONE, TWO)
        before = everything(session)
        done = run(session, ONE, TWO)
        assert (done.pending, done.finished) == ((), ())
        assert everything(session) == before

    def test_applies_only_what_is_new(self, session: Session) -> None:
        run(session, ONE)
        assert versions(run(session, ONE, TWO)) == ["2"]

    def test_writes_nothing_in_a_dry_run(self, session: Session) -> None:
        before = everything(session)
        done = run(session, ONE, TWO, dry_run=True)
        assert (done.pending, done.finished) == ((ONE, TWO), ())
        assert everything(session) == before

    def test_asks_for_the_proof_of_the_order_that_the_database_will_have_seen(
        self, session: Session
    ) -> None:
        run(session, ONE, THREE_WITHOUT_VIEW)
        asked: list[tuple[str, ...]] = []

        def prove(files: Sequence[Migration]) -> tuple[Finding, ...]:
            asked.append(tuple(file.version for file in files))
            return ()

        files = (ONE, TWO, THREE_WITHOUT_VIEW, MANY_FINE)
        run(session, *files, prove=prove, allow_out_of_order=True)
        assert asked == [("1", "3", "2", "4")]

    def test_runs_no_order_but_the_one_that_was_proved(self, session: Session) -> None:
        run(session, ONE)
        after: list[object] = []

        def prove(_: Sequence[Migration]) -> tuple[Finding, ...]:
            with connect(session.address) as other:
                run(other, ONE, THREE_WITHOUT_VIEW)
            after.append(everything(session))
            return ()

        files = (ONE, TWO, THREE_WITHOUT_VIEW)
        with pytest.raises(Busy, match="in an order that was not proved"):
            run(session, *files, prove=prove, allow_out_of_order=True)
        assert [everything(session)] == after
        assert versions(run(session, *files, allow_out_of_order=True)) == ["2"]

    def test_goes_on_where_another_deployment_ended(self, session: Session) -> None:
        def prove(_: Sequence[Migration]) -> tuple[Finding, ...]:
            with connect(session.address) as other:
                run(other, ONE)
            return ()

        assert versions(run(session, ONE, TWO, prove=prove)) == ["2"]

    def test_needs_no_proof_of_nothing(self, session: Session) -> None:
        run(session, ONE)
        run(session, ONE, prove=lambda _: pytest.fail("nothing is pending"))

    def test_failed_proof_changes_nothing(self, session: Session) -> None:
        def prove(files: Sequence[Migration]) -> tuple[Finding, ...]:
            raise LookupError(str(len(files)))

        before = everything(session)
        with pytest.raises(LookupError, match="1"):
            run(session, ONE, prove=prove)
        assert everything(session) == before

    def test_stops_at_a_refusal_and_keeps_the_files_before(self, session: Session) -> None:
        broken = edited(TWO, "select * from later;")
        later = edited(THREE, "create table later ();")
        with pytest.raises(StatementRefused) as raised:
            run(session, ONE, broken, later)
        assert raised.value.failure.advice == (
            "later is created by supabase/migrations/3_file.sql, which runs later: give that file "
            "an older version than 2, or this one a newer."
        )
        assert raised.value.hint == raised.value.failure.advice
        assert states(session, ONE, broken) == [State.APPLIED, State.PENDING]
        assert versions(run(session, ONE, TWO)) == ["2"]

    def test_leaves_a_session_as_it_was(self, session: Session) -> None:
        run(session, edited(ONE, "set role anon; set search_path = '';"))
        assert session.fetch("select current_user::text, current_setting('search_path')") == [
            ("postgres", '"$user",public,extensions')
        ]

    def test_deploys_to_another_server(self, supabase_database: Address) -> None:
        with connect(as_elsewhere(supabase_database)) as session:
            assert versions(run(session, ONE, TWO, MANY_FINE)) == ["1", "2", "4"]
            assert run(session, ONE, TWO, MANY_FINE).pending == ()


THREE_WITHOUT_VIEW = edited(THREE, "create table three ();")
MANY_FINE = edited(MANY, MANY.raw.decode().replace("(1), (1)", "(1), (2)"))


class TestHistory:
    def test_refuses_a_file_that_was_edited(self, session: Session) -> None:
        run(session, ONE)
        assert refused(session, edited(ONE, "create table t (id bigint);"), TWO) == [
            "history-edited"
        ]

    @pytest.mark.parametrize(
        "text",
        [
            "create table t (id int);",
            "-- THE FIRST\r\ncreate table t (id int);\r\n",
            "/* another */ CREATE  TABLE t(\n\tid INT\n)",
            "\ufeff-- the first\ncreate table t (id int);\n",
        ],
    )
    def test_warns_of_a_file_that_was_restyled(self, session: Session, text: str) -> None:
        run(session, ONE)
        again = edited(ONE, text)
        assert states(session, again) == [State.RESTYLED]
        done = run(session, again, TWO)
        assert versions(done) == ["2"]
        assert [finding.code for finding in done.findings] == ["history-restyled"]

    def test_knows_no_meaning_of_another_formula(self, session: Session) -> None:
        run(session, ONE)
        session.execute("update airlock.migrations set formula = 0")
        assert states(session, ONE) == [State.APPLIED]
        assert states(session, edited(ONE, "create table t (id int);")) == [State.EDITED]

    def test_refuses_what_is_out_of_order(self, session: Session) -> None:
        run(session, ONE, THREE_WITHOUT_VIEW)
        files = (ONE, TWO, THREE_WITHOUT_VIEW)
        assert refused(session, *files) == ["history-out-of-order"]
        assert versions(run(session, *files, allow_out_of_order=True)) == ["2"]

    def test_refuses_a_version_that_two_files_have(self, session: Session) -> None:
        twin = migration("2", "select 2;", name="twin")
        assert refused(session, ONE, TWO, twin) == ["history-duplicate"] * 2

    def test_refuses_to_go_on_without_a_file(self, session: Session) -> None:
        run(session, ONE, TWO)
        assert refused(session, ONE, THREE) == ["history-missing"]

    def test_refuses_to_go_on_past_what_no_file_has(self, session: Session) -> None:
        run(session, ONE)
        record(session, TWO)
        assert refused(session, ONE, THREE) == ["history-remote-only"]

    def test_applies_again_what_another_tool_has_taken_back(self, session: Session) -> None:
        run(session, ONE)
        session.execute("delete from supabase_migrations.schema_migrations")
        session.execute("drop table t")
        assert states(session, ONE) == [State.PENDING]
        assert versions(run(session, ONE)) == ["1"]
        assert states(session, ONE) == [State.APPLIED]


def record(session: Session, file: Migration, statements: Sequence[str] | None = None) -> None:
    """Note a file down as the Supabase CLI does."""
    ensure_history(session)
    if statements is None:
        statements = history_statements(cut(file.path, file.raw.decode()))
    session.execute(
        "insert into supabase_migrations.schema_migrations (version, name, statements)"
        " values (%s, %s, %s)",
        (file.version, file.name, list(statements)),
    )


class TestAfterTheSupabaseCli:
    FILE = migration(
        "1", "-- why\ncreate table t (id int);\n\n-- then\ninsert into t values (1);\n"
    )

    def test_knows_its_files(self, session: Session) -> None:
        record(session, self.FILE)
        assert states(session, self.FILE) == [State.APPLIED]
        assert run(session, self.FILE).pending == ()

    def test_knows_a_file_stored_as_one_text(self, session: Session) -> None:
        record(session, self.FILE, [self.FILE.raw.decode()])
        assert states(session, self.FILE) == [State.APPLIED]

    def test_sees_an_edit(self, session: Session) -> None:
        record(session, self.FILE)
        again = edited(self.FILE, self.FILE.raw.decode().replace("(1)", "(2)"))
        assert refused(session, again, TWO) == ["history-edited"]
        shorter = edited(self.FILE, "-- why\ncreate table t (id int);")
        assert states(session, shorter) == [State.EDITED]

    def test_passes_over_style(self, session: Session) -> None:
        record(session, self.FILE)
        again = edited(self.FILE, "CREATE TABLE t (id int);\r\ninsert INTO t values (1)")
        assert states(session, again) == [State.APPLIED]

    def test_believes_a_row_without_statements(self, session: Session) -> None:
        record(session, self.FILE)
        session.execute("update supabase_migrations.schema_migrations set statements = null")
        assert states(session, self.FILE) == [State.APPLIED]

    def test_believes_it_about_a_file_that_it_finished(self, session: Session) -> None:
        """The file stopped half-way here, and the other tool has recorded it since."""
        with pytest.raises(StatementRefused):
            run(session, MANY)
        mended = edited(MANY, "create table m (id int);")
        record(session, mended)
        assert states(session, mended) == [State.APPLIED]
        assert states(session, MANY) == [State.EDITED]


class TestHalfApplied:
    def stop(self, session: Session) -> None:
        with pytest.raises(StatementRefused) as raised:
            run(session, ONE, MANY)
        assert raised.value.failure.remaining == 2
        assert states(session, ONE, MANY) == [State.APPLIED, State.HALF_APPLIED]

    def test_goes_on_with_what_is_left(self, session: Session) -> None:
        self.stop(session)
        session.execute("delete from m")
        done = run(session, ONE, MANY)
        assert [(f.file, f.how) for f in done.finished] == [(MANY, How.SEGMENTS)]
        assert [finding.code for finding in done.findings] == ["history-half-applied"]
        assert session.fetch("select count(*) from m") == [(0,)]
        assert states(session, ONE, MANY) == [State.APPLIED] * 2

    def test_goes_on_with_a_file_that_was_mended(self, session: Session) -> None:
        self.stop(session)
        mended = edited(
            MANY,
            "create table m (id int); -- as before\nINSERT INTO m values (1), (1);\n"
            "delete from m;\ncreate unique index m_id on m (id);\n",
        )
        assert states(session, ONE, mended) == [State.APPLIED, State.HALF_APPLIED]
        run(session, ONE, mended)
        assert session.fetch("select to_regclass('m_id') is not null") == [(True,)]
        assert states(session, ONE, mended) == [State.APPLIED] * 2
        assert read_history(session)[1].total == 4

    @pytest.mark.parametrize("text", ["create table m (id bigint);\nselect 1;", "select 1;"])
    def test_refuses_a_file_whose_beginning_changed(self, session: Session, text: str) -> None:
        self.stop(session)
        assert refused(session, ONE, edited(MANY, text)) == ["history-half-applied-edited"]

    def test_refuses_to_go_on_without_the_file(self, session: Session) -> None:
        self.stop(session)
        assert refused(session, ONE) == ["history-missing"]

    def test_forgets_a_file_of_which_nothing_was_committed(self, session: Session) -> None:
        broken = migration("1", "select 1 / 0;\nvacuum;\n")
        with pytest.raises(StatementRefused):
            run(session, broken)
        assert states(session, broken) == [State.PENDING]
        renamed = migration("2", "select 1;\n")
        assert versions(run(session, renamed)) == ["2"]


class TestTwoAtOnce:
    def test_one_waits_for_the_other_and_finds_nothing_to_do(
        self, supabase_database: Address, session: Session
    ) -> None:
        files = [migration(str(n), f"create table t{n} (id int);") for n in range(101, 126)]
        done: list[Deployment] = []
        start = threading.Barrier(2)

        def at_once() -> None:
            with connect(supabase_database) as own:
                start.wait()
                done.append(run(own, *files, wait_s=60))

        with meanwhile(at_once) as first, meanwhile(at_once) as second:
            pass
        assert not first
        assert not second
        assert sorted(len(each.finished) for each in done) == [0, 25]
        assert len(read_history(session)) == 25

    def test_second_gives_up_and_names_the_first(
        self, supabase_database: Address, session: Session
    ) -> None:
        pid = session.connection.info.backend_pid
        slow = migration("1", "select pg_advisory_xact_lock(1);")
        with connect(supabase_database) as other, other.transaction():
            other.execute("select pg_advisory_xact_lock(1)")
            with meanwhile(lambda: run(session, slow)) as raised:
                with connect(supabase_database) as second:
                    wait_until(
                        second,
                        f"exists (select from pg_locks where pid = {pid} and not granted)",
                    )
                    with pytest.raises(Busy) as busy:
                        run(second, slow)
                other.execute("commit")
        assert not raised
        assert busy.value.message.startswith(
            f"another airlock is deploying to staging: server process {pid} ("
        )
        assert "from this machine, connected for 00:00:0" in busy.value.message

    def test_waiting_lets_an_index_be_made_concurrently(
        self, supabase_database: Address, session: Session
    ) -> None:
        """A session that waited inside the server would be waited for in its turn."""
        run(session, ONE)
        indexed = migration("2", "create index concurrently t_id on t (id);")
        pid = session.connection.info.backend_pid
        with connect(supabase_database) as other, other.transaction():
            other.execute("insert into t values (1)")
            second = connect(supabase_database)
            with meanwhile(lambda: run(session, ONE, indexed)) as raised, second:
                wait_until(
                    second, f"exists (select from pg_locks where pid = {pid} and not granted)"
                )

                def wait() -> None:
                    with connect(supabase_database) as third:
                        run(third, ONE, indexed, wait_s=60)

                with meanwhile(wait) as waiting:
                    wait_until(
                        second,
                        "exists (select from pg_stat_activity"
                        " where query like '%pg_try_advisory_lock%' and state = 'idle')",
                    )
                    other.execute("commit")
                assert not waiting
        assert not raised
        assert states(session, ONE, indexed) == [State.APPLIED] * 2

    def test_failure_lets_go_of_the_lock(
        self, supabase_database: Address, session: Session
    ) -> None:
        taken = migration("1", "create table t ();")
        run(session, taken)
        session.execute("delete from supabase_migrations.schema_migrations")
        for broken in (
            migration("2", "select 1 / 0;"),
            # Refused where Airlock writes, not where the file does.
            migration("2", "insert into supabase_migrations.schema_migrations values ('2');"),
        ):
            with pytest.raises(Exception, match=r"division|duplicate"):
                run(session, broken)
            assert not session.in_transaction
            with connect(supabase_database) as second:
                # For one statement: a session that is closed lingers for a moment, with its locks.
                assert second.fetch(
                    "select pg_try_advisory_xact_lock(%s)", (0x61_69_72_6C_6F_63_6B,)
                ) == [(True,)]


def test_project_of_nothing(session: Session) -> None:
    empty: Project = project()
    assert read_standings(session, empty) == ()
    assert run(session).pending == ()

"""One report of each kind, in the states that matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from airlock.errors import Location
from airlock.model.failure import Failure
from airlock.model.finding import Finding, Level
from airlock.model.migration import How, Skipped, State
from airlock.model.script import Running, Span, Statement
from airlock.plan.artifact import (
    FORMAT,
    Artifact,
    Copied,
    Evidence,
    FilePlan,
    Hazard,
    LockOn,
    PlannedGroup,
    PlannedRollback,
    PlannedStatement,
    Standpoint,
)
from airlock.plan.reverse import Grade
from airlock.report.values.base import Reach, Report
from airlock.report.values.check import (
    AuditReport,
    BaselineReport,
    Box,
    CheckReport,
    EnvironmentCheck,
    FilesReport,
    Mended,
)
from airlock.report.values.demo import DemoReport, DemoStep
from airlock.report.values.deploy import (
    DeployReport,
    FileRun,
    PlannedFile,
    Proof,
    ResetReport,
    SeedsReport,
    Stage,
    UpReport,
)
from airlock.report.values.diff import (
    DiffReport,
    GeneratedReport,
    ObjectChange,
    PlannedStep,
    PlanProof,
    Side,
    SnapshotReport,
    Sort,
)
from airlock.report.values.doctor import DoctorReport, Probe, Verdict
from airlock.report.values.plan import PlanReport
from airlock.report.values.project import (
    ConfigReport,
    InitReport,
    NewReport,
    NextStep,
    ShownSetting,
)
from airlock.report.values.pull import PullReport
from airlock.report.values.rollback import (
    Prepared,
    RollbackCheck,
    RollbackChecks,
    RollbackOf,
    RollbackReport,
)
from airlock.report.values.rules import RulesReport, ShownRule
from airlock.report.values.servers import InstallReport, ServersReport, ServerStatus, UrlReport
from airlock.report.values.status import EnvironmentStatus, StatusReport, VersionStatus

FOLDER = "supabase/migrations"
PATH = f"{FOLDER}/20250106120000_add_user_career_profiles.sql"
TEXT = """\
-- Purpose: career tracking
create table public.user_career_profiles (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.user (id),
  skills text[] default '{}'
);
"""
SPAN = Span(byte_start=28, byte_end=150, char_start=28, char_end=150, line=2, column=1)
FAILURE = Failure(
    path=PATH,
    text=TEXT,
    statement=Statement(text=TEXT[28:], span=SPAN, running=Running.TRANSACTION, tag="CREATE TABLE"),
    index=1,
    where=Location(path=PATH, line=4, column=36),
    length=11,
    sqlstate="42P01",
    message='relation "public.user" does not exist',
    hint=None,
    undone="The whole file is rolled back; nothing of it remains.",
    advice="Create public.user first: no migration before this one does.",
)


def finding(number: int, level: Level, code: str, *, source: str = TEXT) -> Finding:
    path = f"{FOLDER}/2025010612000{number}_file.sql"
    return Finding(
        code=code,
        level=level,
        message=f"something about statement {number}",
        key=f"{code}:{path}:{number}",
        where=Location(path=path, line=2, column=14),
        source=source,
        length=27,
        why="It ran here with the platform's rights.",
        fix="Take the statement out.",
    )


WARNINGS = tuple(finding(n, Level.WARNING, "needs-platform-rights") for n in range(1, 6))
NOTES = tuple(finding(n, Level.NOTE, "stubbed-extension") for n in range(1, 4))
ERROR = finding(7, Level.ERROR, "history-edited", source="")
RUN = FileRun(path=PATH, seconds=0.0123, how=How.TRANSACTION)
SEED_RUN = FileRun(path="supabase/seed.sql", seconds=0.2, how=How.TRANSACTION)
SEGMENTED = FileRun(path=f"{FOLDER}/20250107093000_index.sql", seconds=1.5, how=How.SEGMENTS)
PLANNED = PlannedFile(path=PATH, version="20250106120000", transactions=("one transaction",))
PLANNED_PARTS = PlannedFile(
    path=SEGMENTED.path,
    version="20250107093000",
    transactions=("2 statements in a transaction", "CREATE INDEX by itself"),
)
LOCAL = EnvironmentStatus(
    name="local",
    place="embedded, careers_1a2b3c_local",
    protected=False,
    reach=Reach.REACHED,
    applied=8,
    last_version="20250108120000",
    last_at=datetime(2026, 11, 22, 10, 30, tzinfo=UTC),
    stale_seeds=("supabase/seed.sql",),
)
STAGING = EnvironmentStatus(
    name="staging",
    place="db.example.com:5432/app",
    protected=False,
    reach=Reach.REACHED,
    applied=5,
    pending=3,
    last_version="20250105120000",
)
PRODUCTION = EnvironmentStatus(
    name="production",
    place="",
    protected=True,
    reach=Reach.NOT_SET,
    problem="the variable PRODUCTION_INSPECT_URL is not set",
)
ABSENT = EnvironmentStatus(
    name="qa", place="embedded, careers_1a2b3c_qa", protected=False, reach=Reach.ABSENT, pending=8
)


def _row(day: int, local: State, staging: State) -> VersionStatus:
    return VersionStatus(
        version=f"2025010{day}120000",
        name=f"step_{day}",
        states={"local": local, "staging": staging, "qa": State.PENDING},
    )


STATUS = StatusReport(
    environments=(LOCAL, STAGING, PRODUCTION, ABSENT),
    versions=(
        _row(1, State.APPLIED, State.APPLIED),
        _row(2, State.APPLIED, State.RESTYLED),
        _row(3, State.APPLIED, State.EDITED),
        _row(4, State.APPLIED, State.OUT_OF_ORDER),
        _row(5, State.APPLIED, State.HALF_APPLIED),
        _row(6, State.MISSING, State.PENDING),
        _row(7, State.DUPLICATE, State.REMOTE_ONLY),
        _row(8, State.APPLIED, State.PENDING),
    ),
    findings=(ERROR,),
)
LONG_STATUS = StatusReport(
    environments=(LOCAL,),
    versions=(
        *(
            VersionStatus(
                version=f"{n:04}", name=f"step_{n}_日本語", states={"local": State.APPLIED}
            )
            for n in range(1, 501)
        ),
        VersionStatus(version="0501", name="last", states={"local": State.PENDING}),
    ),
)


def _deployed(**changes: object) -> DeployReport:
    fields: dict[str, object] = {
        "environment": "staging",
        "place": "db.example.com:5432/app",
        "created": False,
        "dry_run": False,
        "before": 5,
        "applied": (RUN, SEGMENTED),
        "pending": (),
        "seconds": 1.5123,
        "proof": Proof(seconds=0.4, restored=5),
    }
    return DeployReport(**(fields | changes))  # type: ignore[arg-type]


MARK = "1:9f3c0d1e2f405162738495a6b7c8d9eafb0c1d2e3f405162738495a6b7c8d9ea"
OLD_SIDE = Side(
    source="production",
    postgres=17,
    objects=91,
    fingerprint=MARK,
    unmodelled=("access method bloom", "large object 16411"),
)
NEW_SIDE = Side(
    source="migrations",
    postgres=18,
    objects=96,
    fingerprint=MARK.replace("9f", "a0"),
    unmodelled=(),
)
ORDERS = "table public.orders"
DROP_COLUMN = PlannedStep(
    sql='alter table "public"."orders" drop column "note"',
    verb="drop",
    target="column public.orders.note",
    group=1,
    transactional=True,
    lock="ACCESS EXCLUSIVE",
    on=(ORDERS,),
    rewrites=False,
    scans=False,
    loses_data=True,
    hazard="every value of the column is lost",
)
ADD_INDEX = PlannedStep(
    sql="CREATE INDEX CONCURRENTLY orders_paid ON public.orders USING btree (paid)",
    verb="create",
    target="index public.orders_paid",
    group=2,
    transactional=False,
    lock="SHARE UPDATE EXCLUSIVE",
    on=(ORDERS,),
    rewrites=False,
    scans=True,
    loses_data=False,
    hazard=None,
)
SUMMARY = "+2 ~1 -1 · 1 hazard · longest lock ACCESS EXCLUSIVE on public.orders"
RESIDUE = (
    "CREATE INDEX orders_paid ON public.orders USING btree (paid);",
    "- ALTER TABLE ONLY public.orders\n-     ADD CONSTRAINT `a|b` CHECK (paid);",
)


def _refunds(kind: str, name: str) -> ObjectChange:
    return ObjectChange(
        sort=Sort.ADDED,
        kind=kind,
        name=f"public.refunds.{name}",
        within="table public.refunds",
    )


def _compared(**changes: object) -> DiffReport:
    fields: dict[str, object] = {
        "old": OLD_SIDE,
        "new": NEW_SIDE,
        "style": "online",
        "summary": SUMMARY,
        "changes": (
            ObjectChange(
                sort=Sort.CHANGED,
                kind="policy",
                name='public.orders."Owners read"',
                attributes=("roles", "using"),
            ),
            ObjectChange(sort=Sort.REMOVED, kind="column", name="public.orders.note"),
            ObjectChange(sort=Sort.ADDED, kind="index", name="public.orders_paid"),
            ObjectChange(sort=Sort.ADDED, kind="table", name="public.refunds"),
            ObjectChange(
                sort=Sort.ADDED,
                kind="column",
                name="public.refunds.id",
                within="table public.refunds",
            ),
            ObjectChange(
                sort=Sort.ADDED,
                kind="policy",
                name="public.refunds.a",
                within="table public.refunds",
            ),
            ObjectChange(
                sort=Sort.ADDED,
                kind="policy",
                name="public.refunds.b",
                within="table public.refunds",
            ),
        ),
        "steps": (DROP_COLUMN, ADD_INDEX),
        "sql": f"-- {SUMMARY}\n\n{DROP_COLUMN.sql};\n{ADD_INDEX.sql};\n",
        "proof": PlanProof(
            converged=True,
            residue=(),
            covered=("pg_dump -s is the same", "a second comparison is empty"),
            not_covered=("roles: the copies share a server",),
            seconds=1.234,
        ),
        "findings": (
            Finding(
                code="majors-differ",
                level=Level.WARNING,
                message="production is Postgres 17, migrations is Postgres 18",
                key="majors-differ:17:18",
                why="Each version prints views in its own way.",
                fix="Compare on one version.",
            ),
        ),
    }
    return DiffReport(**(fields | changes))  # type: ignore[arg-type]


ALTER_ORDERS = PlannedStatement(
    line=3,
    sql=DROP_COLUMN.sql,
    running="transaction",
    locks=(LockOn(lock="ACCESS EXCLUSIVE", on="public.orders"),),
    measured=True,
    rewrites=("public.orders",),
)
INDEX_ORDERS = PlannedStatement(
    line=1,
    sql=ADD_INDEX.sql,
    running="alone",
    locks=(LockOn(lock="SHARE UPDATE EXCLUSIVE", on="public.orders"),),
    measured=False,
    rewrites=(),
)
CANNOT = PlannedRollback(
    path="supabase/rollbacks/20250106120000_add_user_career_profiles.sql",
    written=False,
    sql='alter table "public"."orders" add column "note" text;\n',
    sha256="5" * 64,
    grade="cannot",
    reservations=tuple(f"column public.orders.{name} comes back empty" for name in "abcde"),
    proved=True,
    problem=None,
)
PLAN = Artifact(
    format=FORMAT,
    tool="airlock 0.2.0",
    environment="production",
    postgres=17,
    made="2026-11-25T11:00:00+00:00",
    out_of_order=False,
    summary=SUMMARY,
    source=Standpoint(exists=True, fingerprint=MARK, objects={"table public.orders": "0f" * 8}),
    target=MARK.replace("9f", "a0"),
    files=(
        FilePlan(
            version="20250106120000",
            path=PATH,
            sha256="1" * 64,
            how=How.TRANSACTION,
            done=0,
            statements=(ALTER_ORDERS,),
            groups=(PlannedGroup(transactional=True, first=1, last=1, lock_timeout="4 s"),),
            rollback=CANNOT,
        ),
        FilePlan(
            version="20250107093000",
            path=SEGMENTED.path,
            sha256="2" * 64,
            how=How.SEGMENTS,
            done=0,
            statements=(INDEX_ORDERS, ALTER_ORDERS),
            groups=(
                PlannedGroup(transactional=False, first=1, last=1, lock_timeout="none"),
                PlannedGroup(transactional=True, first=2, last=2, lock_timeout="as the file says"),
            ),
            rollback=replace(CANNOT, grade="lossless", reservations=(), written=True),
        ),
    ),
    hazards=(
        Hazard(object="column public.orders.code", text="values become integer", loses_data=False),
        Hazard(
            object="column public.orders.note", text="dropped, every value is lost", loses_data=True
        ),
    ),
    evidence=Evidence(
        server="Postgres 17.5 (system)", on=Copied.REPLAY, same=True, converged=True, residue=()
    ),
)
DOUBTED = replace(
    PLAN,
    target=None,
    files=(
        replace(PLAN.files[0], rollback=replace(CANNOT, proved=False, problem="it fails: no")),
        replace(PLAN.files[1], how=How.AS_WRITTEN, done=1),
    ),
    hazards=(),
    evidence=Evidence(
        server="Postgres 18.6 (embedded)",
        on=Copied.CATALOG,
        same=False,
        converged=False,
        residue=("table public.by_hand", "4 more"),
    ),
)

LOST = "table public.users is dropped: its rows are lost"
REFUSED = Finding(
    code="rollback-refused",
    level=Level.ERROR,
    message="supabase/rollbacks/1_users.sql does not undo supabase/migrations/1_users.sql: "
    "the schema is not what it was",
    key="rollback-refused:supabase/migrations/1_users.sql",
    where=Location(path="supabase/rollbacks/1_users.sql"),
    why="pg_dump sees\n  -CREATE INDEX users_name ON public.users USING btree (name)",
    fix="Mend it, or let it be written anew: airlock rollback prepare 1 --rewrite",
)


def _way(version: str, prepared: Prepared, grade: Grade | None, *said: str) -> RollbackCheck:
    return RollbackCheck(
        version=version,
        path=f"supabase/migrations/{version}_users.sql",
        rollback=f"supabase/rollbacks/{version}_users.sql",
        prepared=prepared,
        grade=grade,
        reservations=said,
    )


def _checked(*rollbacks: RollbackCheck, pending: int, tried: int, **more: object) -> CheckReport:
    fields: dict[str, object] = {
        "server": "Postgres 18.6 (embedded)",
        "total": 40,
        "restored": 39,
        "seconds": 0.21,
        "stubbed": (),
        "environments": (EnvironmentCheck(name="qa", reach=Reach.REACHED, pending=pending),),
        "findings": (),
        "rollbacks": RollbackChecks(
            rollbacks=rollbacks, pending=pending, tried=tried, seconds=0.94 if tried else 0.002
        ),
    }
    return CheckReport(**{**fields, **more})  # type: ignore[arg-type]


OPEN = Finding(
    code="AL601",
    level=Level.ERROR,
    message="public.user_career_profiles is served by the Data API without row-level security",
    key="AL601:3f2a91c07d5e6b18:public.user_career_profiles",
    where=Location(path=PATH, line=2, column=14),
    source=TEXT,
    length=27,
    why="Whoever has the project's public key reads and writes all of its rows.",
    fix='alter table "public"."user_career_profiles" enable row level security;',
)
WAITS = Finding(
    code="AL101",
    level=Level.WARNING,
    message="writes to public.orders wait while its index is built",
    key="AL101:a81e22c47f9d0b36:orders_customer_id_idx",
    where=Location(path=f"{FOLDER}/20250107090000_orders.sql", line=1, column=1),
    source="create index orders_customer_id_idx on public.orders (customer_id);\n",
    length=6,
    why="CREATE INDEX holds a SHARE lock until the index is built.",
    fix="create index concurrently orders_customer_id_idx on public.orders (customer_id);",
)
RULES = tuple(
    ShownRule(
        code=code,
        name=name,
        theme=theme,
        level=level,
        opt_in=opt_in,
        since=since,
        title="An index is built while nobody can write to its table.",
        text="CREATE INDEX holds a SHARE lock.\n\n## Example\n```sql\nselect 1;\n```",
        peers=("squawk/require-concurrent-index-creation",),
    )
    for code, name, theme, level, opt_in, since in (
        ("AL101", "index-not-concurrent", "locks", Level.WARNING, False, 14),
        ("AL601", "row-security-off", "row security", Level.ERROR, True, 15),
    )
)


REPORTS: dict[str, Report] = {
    "plan": PlanReport(path="plan.json", fresh=True, plan=PLAN),
    "plan-show": PlanReport(path="plan.json", fresh=False, plan=PLAN),
    "plan-doubts": PlanReport(path=None, fresh=True, plan=DOUBTED, findings=(WARNINGS[0],)),
    "plan-nothing": PlanReport(
        path=None,
        fresh=True,
        plan=replace(PLAN, summary="+0 ~0 -0", files=(), hazards=(), evidence=None),
    ),
    "diff": _compared(),
    "diff-equal": _compared(
        changes=(), steps=(), sql="", proof=None, summary="+0 ~0 -0", findings=()
    ),
    "diff-fails": _compared(
        findings=(),
        proof=PlanProof(
            converged=False,
            residue=(),
            failure=FAILURE,
            surprises=("statement 2 takes ACCESS EXCLUSIVE on public.orders",),
            covered=(),
            not_covered=(),
            seconds=1.0,
        ),
    ),
    "diff-silent": _compared(
        changes=(),
        steps=(),
        sql="",
        findings=(),
        proof=PlanProof(
            converged=False, residue=RESIDUE[:1], covered=(), not_covered=(), seconds=1.0
        ),
    ),
    "diff-unproved": _compared(proof=None, findings=()),
    "diff-residue": _compared(
        findings=(),
        proof=PlanProof(
            converged=False,
            residue=RESIDUE,
            covered=("pg_dump -s differs",),
            not_covered=(),
            seconds=2.0,
        ),
    ),
    "new-from-diff": GeneratedReport(
        source="sql:schemas", path="supabase/migrations/20261125_refunds.sql", diff=_compared()
    ),
    "new-from-diff-equal": GeneratedReport(
        source="sql:schemas",
        path=None,
        diff=_compared(changes=(), steps=(), sql="", summary="+0 ~0 -0", findings=()),
    ),
    "pull": PullReport(
        environment="staging",
        path="supabase/migrations/20261125_pulled_from_staging.sql",
        marked=False,
        diff=_compared(findings=()),
    ),
    "pull-marked": PullReport(
        environment="staging",
        path="supabase/migrations/20261125_pulled_from_staging.sql",
        marked=True,
        diff=_compared(findings=()),
    ),
    "rollback-prepare": RollbackReport(
        server="Postgres 18.6 (embedded)",
        rollbacks=(
            RollbackOf(
                version="1",
                path="supabase/migrations/1_users.sql",
                rollback="supabase/rollbacks/1_users.sql",
                prepared=Prepared.WRITTEN,
                grade=Grade.LOSES,
                reservations=("table public.users is dropped: its rows are lost",),
                seconds=0.4,
            ),
            RollbackOf(
                version="2",
                path="supabase/migrations/2_index.sql",
                rollback="supabase/rollbacks/2_index.sql",
                prepared=Prepared.KEPT,
                grade=Grade.LOSSLESS,
                reservations=(),
                seconds=0.4,
            ),
            RollbackOf(
                version="3",
                path="supabase/migrations/3_policy.sql",
                rollback="supabase/rollbacks/3_policy.sql",
                prepared=Prepared.REFUSED,
                grade=Grade.LOSSLESS,
                reservations=(),
                residue=("-CREATE POLICY a ON public.users USING (true)",),
                seconds=0.4,
            ),
            RollbackOf(
                version="4",
                path="supabase/migrations/4_enum.sql",
                rollback="supabase/rollbacks/4_enum.sql",
                prepared=Prepared.FAILED,
                grade=Grade.LOSSLESS,
                reservations=(),
                failure=FAILURE,
                again=True,
                seconds=0.4,
            ),
            RollbackOf(
                version="5",
                path="supabase/migrations/5_views.sql",
                rollback="supabase/rollbacks/5_views.sql",
                prepared=Prepared.FAILED,
                grade=None,
                reservations=(),
                unplanned="no order of the statements works, since each waits for the next: "
                "view public.a → view public.b",
                seconds=0.4,
            ),
        ),
        seconds=2.0,
    ),
    "rollback-nothing": RollbackReport(
        server="Postgres 18.6 (embedded)", rollbacks=(), seconds=0.0
    ),
    "snapshot": SnapshotReport(path="schema.json", changed=True, bytes=28_412, side=OLD_SIDE),
    "snapshot-unchanged": SnapshotReport(
        path="schema.json", changed=False, bytes=28_412, side=NEW_SIDE
    ),
    "init": InitReport(
        root="/home/dev/careers",
        layout="supabase",
        folder=FOLDER,
        migrations=8,
        wrote=("airlock.toml",),
        kept=("supabase/config.toml",),
        skipped=(Skipped(path=f"{FOLDER}/notes.txt", reason="the name is not <digits>_name.sql"),),
        next=(
            NextStep(command="airlock check", purpose="replay everything on a throw-away database"),
            NextStep(command="airlock up", purpose="apply it to your local database"),
            NextStep(command="airlock status", purpose="see what is applied where"),
        ),
    ),
    "new": NewReport(path=PATH, template="table"),
    "doctor": DoctorReport(
        probes=(
            Probe(name="python", verdict=Verdict.FINE, detail="3.11.7"),
            Probe(
                name="memory",
                verdict=Verdict.DOUBTFUL,
                detail="40 MB free in /dev/shm",
                fix="mount -o remount,size=1G /dev/shm",
            ),
            Probe(
                name="staging",
                verdict=Verdict.BROKEN,
                detail="nobody answers there",
                fix="Check host and port.",
            ),
        )
    ),
    "doctor-fine": DoctorReport(
        probes=(Probe(name="python", verdict=Verdict.FINE, detail="3.11.7"),)
    ),
    "status": STATUS,
    "status-long": LONG_STATUS,
    "status-empty": StatusReport(environments=(LOCAL,), versions=()),
    "up": UpReport(
        environment="local",
        place="embedded, careers_1a2b3c_local",
        created=True,
        dry_run=False,
        before=0,
        applied=(RUN,),
        pending=(),
        seconds=0.05,
        seeds=SeedsReport(stale=("supabase/seed.sql",)),
    ),
    "up-nothing": UpReport(
        environment="local",
        place="embedded, careers_1a2b3c_local",
        created=False,
        dry_run=False,
        before=8,
        applied=(),
        pending=(),
        seconds=0.01,
    ),
    "deploy": _deployed(findings=(WARNINGS[0],)),
    "deploy-failed": _deployed(
        applied=(SEGMENTED,), pending=(PLANNED,), failure=FAILURE, failed_in=Stage.MIGRATIONS
    ),
    "deploy-failed-proof": _deployed(
        applied=(), pending=(PLANNED,), failure=FAILURE, failed_in=Stage.PROOF, proof=None
    ),
    "deploy-dry": _deployed(
        applied=(), dry_run=True, pending=(PLANNED, PLANNED_PARTS), proof=Proof(on_record=True)
    ),
    "deploy-dry-nothing": _deployed(applied=(), dry_run=True, proof=None),
    "reset": ResetReport(
        environment="local",
        place="embedded, careers_1a2b3c_local",
        total=8,
        seconds=2.25,
        seeds=SeedsReport(
            ran=(FileRun(path="supabase/seed.sql", seconds=0.2, how=How.TRANSACTION),)
        ),
    ),
    "reset-failed": ResetReport(
        environment="local",
        place="embedded, careers_1a2b3c_local",
        total=8,
        seconds=2.25,
        failure=FAILURE,
        failed_in=Stage.MIGRATIONS,
    ),
    "reset-failed-seeds": ResetReport(
        environment="local",
        place="embedded, careers_1a2b3c_local",
        total=8,
        seconds=2.25,
        failure=FAILURE,
        failed_in=Stage.SEEDS,
    ),
    "check": CheckReport(
        server="Postgres 18.6 (embedded)",
        total=12,
        restored=10,
        seconds=0.84,
        stubbed=("pg_net", "pg_cron"),
        environments=(
            EnvironmentCheck(
                name="staging", reach=Reach.REACHED, pending=2, replayed=True, seconds=0.3
            ),
            EnvironmentCheck(name="qa", reach=Reach.ABSENT, pending=12),
            EnvironmentCheck(
                name="production",
                reach=Reach.UNREACHABLE,
                protected=True,
                problem="cannot connect to production (db.example.com:5432/app): no answer",
            ),
        ),
        findings=(*NOTES, *WARNINGS),
    ),
    "check-rollbacks": _checked(
        _way("1", Prepared.REFUSED, Grade.LOSES, LOST),
        _way("2", Prepared.WRITTEN, Grade.LOSSLESS),
        _way("3", Prepared.PLANNED, Grade.CANNOT, "column public.users.bio comes back empty"),
        _way("4", Prepared.FAILED, None),
        pending=14,
        tried=2,
        findings=(REFUSED,),
    ),
    "check-on-record": _checked(
        _way("1", Prepared.KEPT, Grade.LOSES, LOST),
        _way("2", Prepared.PLANNED, Grade.LOSSLESS),
        pending=2,
        tried=0,
    ),
    "check-judged": _checked(
        pending=2,
        tried=0,
        rollbacks=None,
        judged=2,
        known=3,
        repeated=2,
        findings=(OPEN, WAITS),
        mended=(
            Mended(path=PATH, edits=2, rules=("AL101",), proved=True),
            Mended(path=PATH, edits=1, rules=("AL101",), proved=False),
        ),
        checklist=(
            Box(text="All tables have proper RLS policies", ticked=False, evidence="1 finding"),
            Box(text="No production data included", ticked=True, evidence="nothing found"),
            Box(text="Comments explain complex logic", ticked=None, evidence="yours to say"),
        ),
    ),
    "check-files": FilesReport(files=2, findings=(OPEN, WAITS), known=1),
    "check-files-clean": FilesReport(files=1, findings=()),
    "audit": AuditReport(
        source="production",
        postgres=17,
        objects=312,
        unmodelled=("operator class public.ip_ops",),
        findings=(replace(OPEN, where=None, source=""),),
    ),
    "baseline": BaselineReport(path="airlock-baseline.json", findings=12, changed=True),
    "explain": RulesReport(rules=RULES, whole=True),
    "explain-list": RulesReport(rules=RULES, whole=False),
    "check-failed": CheckReport(
        server="Postgres 18.6 (embedded)",
        total=12,
        restored=0,
        seconds=0.84,
        stubbed=(),
        environments=(EnvironmentCheck(name="staging", reach=Reach.REACHED, pending=1),),
        findings=(NOTES[0],),
        failure=FAILURE,
    ),
    "db-status": ServersReport(
        home="/home/dev/.local/share/airlock",
        servers=(
            ServerStatus(
                purpose="environments",
                build="embedded-18.6",
                running=True,
                port=54329,
                pid=4711,
                data="/home/dev/.local/share/airlock/environments",
            ),
            ServerStatus(
                purpose="shadow",
                build="embedded-18.6",
                running=False,
                port=None,
                pid=None,
                data="/dev/shm/airlock-1000",
            ),
        ),
        message="the server is running",
    ),
    "db-status-empty": ServersReport(home="/home/dev/.local/share/airlock", servers=()),
    "db-url": UrlReport(environment="local", url="postgresql://postgres:x@127.0.0.1:54329/app"),
    "db-install": InstallReport(version="17.6", place="/home/dev/.local/share/airlock/builds/17"),
    "config": ConfigReport(
        root="/home/dev/careers",
        settings=(
            ShownSetting(
                key="project.postgres", value=17, origin="airlock.toml:2", doc="Major version."
            ),
            ShownSetting(
                key="project.seeds", value=("a.sql", "b.sql"), origin="default", doc="Rows."
            ),
            ShownSetting(key="server.strict_major", value=False, origin="default", doc="Strict."),
            ShownSetting(key="server.port", value=None, origin="default", doc="The port."),
        ),
        findings=(WARNINGS[0],),
    ),
    "demo": DemoReport(
        steps=(
            DemoStep(
                title="Replay the history",
                command="airlock check",
                outcome=("✓ 5 migrations replayed in 0.4 s",),
                passed=True,
            ),
            DemoStep(
                title="Production is refused",
                command="airlock deploy production",
                outcome=("exit code 0, expected 3",),
                passed=False,
            ),
        ),
        seconds=4.2,
    ),
}

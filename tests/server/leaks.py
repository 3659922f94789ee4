"""Files whose failure, or success, shows a row: every way that is known for one to come out.

Each case names the field of the protocol that a row comes in, so that a test can prove that it
does come in it. Other suites run the same cases.
"""

from __future__ import annotations

import base64
import hashlib
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from types import TracebackType

CANARY = "Rowc_7F3a9_Kw"
"""Stands in rows and nowhere else; no number, no name, no date, and changed by folding its case."""
PART = CANARY[:4]
"""What is enough of it."""
CODE = "RC7F3"
"""The same, with the form of an SQLSTATE."""

SETUP = f"""
create table public.people (
  id int primary key,
  email text,
  twin text,
  code text,
  constraint positive check (id > 0)
);
insert into public.people
values (1, '{CANARY}', '{CANARY}', '{CODE}'), (2, '{CANARY}', '{CANARY}', '{CODE}');
create table public.mail (email text constraint mail_key unique);
create table public.letters (
  receiver text constraint letters_receiver references public.mail (email)
);
create table public.late (email text constraint late_key unique deferrable initially deferred);
create table public.listed (email text primary key);
create table public.needy (id int not null, email text);
create table public.parted (email text) partition by list (email);
create table public.parted_a partition of public.parted for values in ('a');
create view public.own_mail as
  select email from public.mail where email = 'nobody' with local check option;
create type public.mood as enum ('fine');
create function public.shout() returns trigger language plpgsql as $f$
begin
  if new.email <> 'quiet' then
    raise exception 'not %', (select email from public.people where id = 1);
  end if;
  return new;
end $f$;
create table public.loud (email text);
create trigger shout before insert on public.loud for each row execute function public.shout();
create function public.divided(text) returns int language plpgsql as $f$
declare
  found int;
begin
  execute format('select 1 / 0, %L', $1) into found;
  return found;
end $f$;
insert into public.mail values ('{CANARY}');
insert into public.letters values ('{CANARY}');
alter table public.people
  add constraint known foreign key (twin) references public.listed not valid;
"""


class Field(StrEnum):
    """Where in what the server sends a row comes."""

    MESSAGE = "message_primary"
    DETAIL = "message_detail"
    HINT = "message_hint"
    CONTEXT = "context"
    QUERY = "internal_query"
    SCHEMA = "schema_name"
    TABLE = "table_name"
    COLUMN = "column_name"
    CONSTRAINT = "constraint_name"
    DATATYPE = "datatype_name"
    STATE = "sqlstate"
    NOTICE = "notice"
    PARAMETER = "parameter status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A file that makes the server say a row.

    `tells` is what the message made anew must hold all the same, `line` where it must point;
    None where the file passes.
    """

    name: str
    sql: str
    field: Field
    line: int | None = 1
    tells: tuple[str, ...] = ()
    advises: tuple[str, ...] = ()
    """What the advice must hold."""
    canary: str = CANARY
    needs_xml: bool = False
    """Whether it takes a server that was built with libxml."""


def _cast(kind: str, name: str = "", *, value: str = "email", field: Field = Field.MESSAGE) -> Leak:
    return Leak(
        name=f"cast to {name or kind}",
        sql=f"create table public.kept as\n  select ({value})::{kind} from public.people;",
        field=field,
        line=1,
        needs_xml=kind == "xml",
    )


def _block(
    name: str,
    body: str,
    field: Field,
    *,
    line: int | None,
    tells: tuple[str, ...] = (),
    **more: str,
) -> Leak:
    """Return a case in a DO block; `body` begins on line 5, and `v` and `c` come from a row."""
    head = (
        "do $$\ndeclare v text := (select email from public.people where id = 1);\n"
        "  c text := (select code from public.people where id = 1);\nbegin\n"
    )
    return Leak(
        name=name, sql=f"{head}{body}\nend $$;", field=field, line=line, tells=tells, **more
    )


_CASTS = (
    *(_cast(kind) for kind in ("int", "bigint", "uuid", "timestamptz", "date", "time", "bool")),
    *(_cast(kind) for kind in ("numeric", "float8", "inet", "macaddr", "interval", "point", "box")),
    *(_cast(kind) for kind in ("int[]", "int4range", "regclass", "regrole", "regtype")),
    _cast("public.mood", "an enum"),
    _cast("tsquery", value="email || ' &&& '"),
    _cast("jsonb", field=Field.DETAIL),
    _cast("json", field=Field.CONTEXT),
    _cast("xml", value="'<a ' || email || '/>'", field=Field.DETAIL),
)

_CONSTRAINTS = (
    Leak(
        name="unique index",
        sql="-- a comment\ncreate unique index people_email on public.people (email);",
        field=Field.DETAIL,
        line=2,
        tells=("people_email", "public.people"),
        advises=("select email, count(*)", "from public.people", "having count(*) > 1"),
    ),
    Leak(
        name="unique index without a name",
        sql="create unique index on public.people (email, lower(twin));",
        field=Field.DETAIL,
        tells=("public.people",),
        advises=("group by email, lower(twin)", "having count(*) > 1"),
    ),
    Leak(
        name="unique index concurrently",
        sql="create unique index concurrently people_email on public.people (email);",
        field=Field.DETAIL,
        tells=("people_email",),
        advises=("having count(*) > 1",),
    ),
    Leak(
        name="primary key",
        sql="alter table public.people\n  drop constraint people_pkey,\n  add primary key (email);",
        field=Field.DETAIL,
        line=2,
        tells=("public.people",),
        advises=("group by email",),
    ),
    Leak(
        name="unique insert",
        sql="insert into public.mail select email from public.people;",
        field=Field.DETAIL,
        tells=("mail_key", "public.mail"),
        advises=("on conflict (email) do nothing", "email"),
    ),
    Leak(
        name="unique at commit",
        sql="select 1;\ninsert into public.late select email from public.people;",
        field=Field.DETAIL,
        line=2,
        tells=("at COMMIT", "late_key", "public.late"),
    ),
    Leak(
        name="exclusion",
        sql="alter table public.people add constraint apart exclude using btree (email with =);",
        field=Field.DETAIL,
        tells=("apart", "public.people"),
        advises=("a.ctid < b.ctid", "a.email = b.email"),
    ),
    Leak(
        name="foreign key",
        sql="alter table public.people\n  add constraint to_listed foreign key (email) "
        "references public.listed;",
        field=Field.DETAIL,
        line=2,
        tells=("to_listed", "public.people"),
        advises=("not exists", "public.listed", "email"),
    ),
    Leak(
        name="foreign key validated",
        sql="alter table public.people validate constraint known;",
        field=Field.DETAIL,
        tells=("known", "public.people"),
        advises=("not exists", "public.listed", "twin"),
    ),
    Leak(
        name="row that is referred to",
        sql="\n\ndelete from public.mail;",
        field=Field.DETAIL,
        line=3,
        tells=("letters_receiver", "public.letters"),
    ),
    Leak(
        name="check by update",
        sql="update public.people set id = -id;",
        field=Field.DETAIL,
        tells=("positive", "public.people"),
    ),
    Leak(
        name="check by insert",
        sql="insert into public.people (id, email) select -id, email from public.people;",
        field=Field.DETAIL,
        tells=("positive", "public.people"),
    ),
    Leak(
        name="not null by insert",
        sql="insert into public.needy (email) select email from public.people;",
        field=Field.DETAIL,
        tells=("column id", "public.needy"),
    ),
    Leak(
        name="no partition",
        sql="insert into public.parted select email from public.people;",
        field=Field.DETAIL,
        tells=("public.parted",),
    ),
    Leak(
        name="check option of a view",
        sql="insert into public.own_mail select email || '.' from public.people;",
        field=Field.DETAIL,
        tells=("view",),
    ),
    Leak(
        name="change of a column's type",
        sql="alter table public.people alter column email type uuid using email::uuid;",
        field=Field.MESSAGE,
        tells=("a text is not valid for the type",),
        advises=("email::uuid", "public.people", "ctid"),
    ),
)

_CALLS = (
    *(
        Leak(name=name, sql=f"create table public.kept as select {call} from public.people;",
             field=field)
        for name, call, field in (
            ("a setting's value", "set_config('work_mem', email, true)", Field.MESSAGE),
            ("a setting's name", "set_config(email, '1', true)", Field.MESSAGE),
            ("a sequence's name", "nextval(email)", Field.MESSAGE),
            ("a privilege", "has_table_privilege('public.mail', email)", Field.MESSAGE),
            ("a time zone", "now() at time zone email", Field.MESSAGE),
            ("an encoding", "convert_from('a', email)", Field.MESSAGE),
            ("a function's query", "public.divided(email)", Field.CONTEXT),
        )
    ),
    Leak(
        name="a part of a value",
        sql="create table public.kept as select to_date(email, 'YYYY') from public.people;",
        field=Field.MESSAGE,
        canary=PART,
    ),
    Leak(
        name="trigger behind a COPY",
        sql="copy public.loud (email) from stdin;\nquiet\nloud\n\\.\n",
        field=Field.MESSAGE,
        line=3,
        tells=("public.shout", "line 4"),
    ),
    Leak(
        name="trigger",
        sql="insert into public.loud values ('x');",
        field=Field.MESSAGE,
        tells=("public.shout", "line 4"),
    ),
)  # fmt: skip

_BLOCKS = (
    _block("RAISE", "  raise exception 'bad: %', v;", Field.MESSAGE, line=5, tells=("bad: …",)),
    _block("RAISE alone", "  raise exception '%', v;", Field.MESSAGE, line=5),
    _block("RAISE of a hash", "  raise '%', md5(v);", Field.MESSAGE, line=5,
           canary=hashlib.md5(CANARY.encode()).hexdigest()),
    _block("RAISE … DETAIL", "  raise 'no' using detail = v;", Field.DETAIL, line=5, tells=("no",)),
    _block("RAISE … HINT", "  raise 'no' using hint = v;", Field.HINT, line=5, tells=("no",)),
    _block("RAISE … SCHEMA", "  raise 'no' using schema = v;", Field.SCHEMA, line=5),
    _block("RAISE … TABLE", "  raise 'no' using table = v;", Field.TABLE, line=5),
    _block("RAISE … COLUMN", "  raise 'no' using column = v;", Field.COLUMN, line=5),
    _block("RAISE … CONSTRAINT", "  raise 'no' using constraint = v;", Field.CONSTRAINT, line=5),
    _block("RAISE … DATATYPE", "  raise 'no' using datatype = v;", Field.DATATYPE, line=5),
    _block("RAISE … ERRCODE", "  raise 'no' using errcode = c;", Field.STATE, line=5, canary=CODE),
    _block("RAISE as another error",
           "  raise unique_violation using message = v, table = 'people';",
           Field.MESSAGE, line=5),
    _block("ASSERT", "  assert false, v;", Field.MESSAGE, line=5, tells=("assertion",)),
    _block("dynamic DDL", "  execute 'drop table \"' || v || '\"';", Field.MESSAGE, line=5,
           tells=("no table",)),
    _block("dynamic DDL that folds", "  execute 'drop table ' || v;", Field.MESSAGE,
           line=5, tells=("no table",), canary=CANARY.lower()),
    _block("dynamic column", "  execute format('alter table public.people drop column %I', v);",
           Field.MESSAGE, line=5, tells=("no column",)),
    _block("dynamic role", "  execute format('set role %I', v);", Field.MESSAGE, line=5),
    _block("syntax of a query", "  execute 'selec ' || quote_literal(v);", Field.QUERY, line=5,
           tells=("syntax error",)),
    _block("context", "\n  execute format('select 1 / 0, %L', v);", Field.CONTEXT, line=6,
           tells=("division by zero",)),
    Leak(
        name="too many rows",
        sql="do $$\n#print_strict_params on\ndeclare\n  v text := (select email from public.people"
        " where id = 1);\nbegin\n  select id into strict v from public.people where email = v;\n"
        "end $$;",
        field=Field.DETAIL,
        line=6,
        tells=("more rows than one",),
    ),
    _block("NOTICE", "  raise notice 'look: %', v;", Field.NOTICE, line=None),
    _block("WARNING", "  raise warning '%', v;", Field.NOTICE, line=None),
    _block("notice of DDL", "  execute format('drop table if exists %I', v);", Field.NOTICE,
           line=None),
    _block("ParameterStatus", "  perform set_config('application_name', v, false);",
           Field.PARAMETER, line=None),
)  # fmt: skip

LEAKS: tuple[Leak, ...] = (*_CASTS, *_CONSTRAINTS, *_CALLS, *_BLOCKS)


def forms(canary: str) -> Iterator[str]:
    """Yield what a canary looks like when it is written otherwise; to be sought without case."""
    raw = canary.encode()
    yield canary
    yield raw.hex()
    for kind in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512"):
        yield hashlib.new(kind, raw).hexdigest()
        yield base64.b64encode(hashlib.new(kind, raw).digest()).decode()
    # Inside of a longer text the encoding depends on where it begins.
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        yield encoded[shift + 1 if shift else 0 : -1]


def found(text: str, *canaries: str) -> list[str]:
    """Return the canaries that a text shows in any form."""
    folded = text.casefold()
    return [
        canary
        for canary in canaries or (CANARY, PART, CODE)
        if any(form.casefold() in folded for form in forms(canary))
    ]


def everything(value: object) -> str:
    """Return what a reporter could print of a value: what it shows, and all that is inside."""
    return "\n".join(_texts(value, set()))


def _texts(value: object, seen: set[int]) -> Iterator[str]:
    if id(value) in seen:
        return
    seen.add(id(value))
    yield repr(value)
    match value:
        case BaseException():
            yield "".join(traceback.format_exception(value))
            yield str(value.args)
            for inner in (value.__cause__, value.__context__, *vars(value).values()):
                yield from _texts(inner, seen)
            yield from _locals(value.__traceback__, seen)
        case dict():
            for inner in value.values():
                yield from _texts(inner, seen)
        case list() | tuple() | set() | frozenset():
            for inner in value:
                yield from _texts(inner, seen)
        case _ if is_dataclass(value) and not isinstance(value, type):
            for each in fields(value):
                yield from _texts(getattr(value, each.name, None), seen)


def _locals(trace: TracebackType | None, seen: set[int]) -> Iterator[str]:
    while trace is not None:
        if trace.tb_frame.f_globals.get("__name__", "").startswith("airlock"):
            yield from _texts(trace.tb_frame.f_locals, seen)
        trace = trace.tb_next

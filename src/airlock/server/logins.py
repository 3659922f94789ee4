"""The three logins of a protected environment, as SQL that an administrator runs.

The inspector reads catalogs and no table; the deployer acts as the owner of the schema; the backup
reads all and writes nothing. The script runs as it is on a plain Postgres as its superuser, and on
a hosted one as the role that owns the database: what that role may not grant is said in a WARNING
that names the way out. It can run again and again.
"""

from __future__ import annotations

from dataclasses import dataclass

from airlock.model.names import literal, quote

INSPECTOR = "airlock_inspector"
DEPLOYER = "airlock_deployer"
BACKUP = "airlock_backup"

HISTORY_TABLES = (
    ("airlock", "migrations"),
    ("supabase_migrations", "schema_migrations"),
    ("supabase_migrations", "seed_files"),
)
"""What Airlock reads of tables, with any login: which migrations have run."""
HISTORY_SCHEMAS = ("airlock", "supabase_migrations")

SYSTEM_SCHEMAS = "('pg_catalog', 'information_schema', 'pg_toast')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the three roles are called."""

    inspector: str = INSPECTOR
    deployer: str = DEPLOYER
    backup: str = BACKUP


def grants(names: Names, *, environment: str, platform: tuple[str, ...]) -> str:
    """Return the script; `platform` are roles that own what is not the project's."""
    blocks = (
        _HEAD.format(environment=environment.replace("\n", " ")),
        "begin;",
        _inspector(names.inspector),
        _deployer(names.deployer, names.inspector, platform),
        _backup(names.backup),
        "commit;",
        _TAIL.format(
            passwords="\n".join(
                f"-- \\password {quote(name)}"
                for name in (names.inspector, names.deployer, names.backup)
            ),
            environment=environment,
        ),
    )
    return "\n\n".join(block.strip("\n") for block in blocks) + "\n"


_HEAD = """
-- The three logins of {environment}. Run it with psql, connected to that database, as its owner or
-- as a superuser. It can run again: what is there already is left as it is.
"""

_TAIL = """
-- No password is set here. Set each with psql, which sends it encrypted, and keep it in a secret
-- store, ~/.pgpass or a keyring, never in a file of the project:
{passwords}
-- Then: airlock doctor {environment}
"""


def _do(body: str) -> str:
    """Return a DO block; nothing inside ends it."""
    tag = "$airlock$"
    while tag in body:
        tag = f"{tag[:-1]}_$"
    return f"do {tag}\n{body.strip()}\n{tag};"


def _created(name: str, attributes: str, *settings: str) -> str:
    """Return PL/pgSQL that makes a role; one that is there is left as it is.

    It may be the hosted platform's own, which must keep what it has.
    """
    more = "".join(f"    alter role {quote(name)} set {each};\n" for each in settings)
    return f"""\
  if not exists (select from pg_catalog.pg_roles where rolname = {literal(name)}) then
    create role {quote(name)} {attributes};
{more}  end if;
  if not has_database_privilege({literal(name)}, current_database(), 'connect') then
    execute format('grant connect on database %I to %I', current_database(), {literal(name)});
  end if;"""


def _inspector(name: str) -> str:
    role = quote(name)
    attributes = (
        "login nosuperuser nocreatedb nocreaterole noinherit noreplication nobypassrls\n"
        "      connection limit 3"
    )
    made = _do(f"""
begin
{_created(name, attributes)}
  if exists (
    select
    from pg_catalog.pg_roles
    where rolname = {literal(name)}
      and (rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls)
  ) then
    raise exception 'the role % is there already and can do more than look on', {literal(name)}
      using hint = 'Put another user into inspect_url, and print this script anew.';
  end if;
end
""")
    history = "\n\n".join(_history(schema, name) for schema in HISTORY_SCHEMAS)
    return f"""
-- 1. The inspector reads catalogs, and no table but the histories of migrations. The settings are
-- seat belts: what holds is that it has no rights.
{made}

alter role {role} login noinherit connection limit 3;
alter role {role} set default_transaction_read_only = on;
alter role {role} set search_path = '';
alter role {role} set statement_timeout = '60s';
alter role {role} set lock_timeout = '2s';
alter role {role} set idle_in_transaction_session_timeout = '60s';

{history}
"""


def _history(schema: str, name: str) -> str:
    """Return what lets a role read one history, now or once it is there."""
    tables = [table for home, table in HISTORY_TABLES if home == schema]
    granted = "\n".join(
        f"  if to_regclass({literal(quote(schema, table))}) is not null then\n"
        f"    grant select on {quote(schema, table)} to {quote(name)};\n"
        "  end if;"
        for table in tables
    )
    return _do(f"""
begin
  if to_regnamespace({literal(quote(schema))}) is null then
    create schema {quote(schema)};
  end if;
  grant usage on schema {quote(schema)} to {quote(name)};
{granted}
end
""")


def _deployer(name: str, inspector: str, platform: tuple[str, ...]) -> str:
    attributes = (
        "login nosuperuser nocreatedb nocreaterole inherit noreplication\n      connection limit 5"
    )
    strange = ", ".join(literal(each) for each in platform) or "''"
    later = "\n".join(
        f"  begin\n"
        f"    execute format(\n"
        f"      'alter default privileges for role %I in schema %I grant select on tables to %I',\n"
        f"      coalesce(owner, {literal(name)}), {literal(schema)}, {literal(inspector)}\n"
        f"    );\n"
        f"  exception when insufficient_privilege then\n"
        f"    raise warning 'after the first deployment, run this once more: the inspector may not"
        f" read the history in schema % yet', {literal(schema)};\n"
        f"  end;"
        for schema in HISTORY_SCHEMAS
    )
    schemas = "\n".join(
        f"  execute format('grant usage, create on schema %I to %I',"
        f" {literal(schema)}, coalesce(owner, {literal(name)}));"
        for schema in HISTORY_SCHEMAS
    )
    made = _do(f"""
declare
  owner text;
begin
{_created(name, attributes)}
  -- Whoever owns most of what is there, and is neither a superuser nor the platform's.
  select r.rolname into owner
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_roles r on r.oid = c.relowner
  where c.relkind in ('r', 'p', 'v', 'm', 'f')
    and n.nspname not in {SYSTEM_SCHEMAS}
    and n.nspname not in ('airlock', 'supabase_migrations')
    and r.rolname not in ({strange})
    and not r.rolsuper
  group by r.rolname
  order by count(*) desc, r.rolname
  limit 1;
  if owner is null then
    select r.rolname into owner
    from pg_catalog.pg_database d
    join pg_catalog.pg_roles r on r.oid = d.datdba
    where d.datname = current_database()
      and r.rolname not in ({strange})
      and not r.rolsuper;
  end if;
  if owner is null then
    -- Nothing is there, or a superuser owns it: what is deployed belongs to the deployer.
    execute format('grant create on database %I to %I', current_database(), {literal(name)});
    execute format('grant usage, create on schema public to %I', {literal(name)});
  elsif owner <> {literal(name)} then
    begin
      execute format('grant %I to %I', owner, {literal(name)});
      -- What is deployed belongs to the owner, too.
      execute format('alter role %I set role to %L', {literal(name)}, owner);
    exception when insufficient_privilege then
      raise warning 'only a superuser, or who has ADMIN OPTION on it, can make % a member of %.'
        ' Use % itself in deploy_url', {literal(name)}, owner, owner;
    end;
    if not has_database_privilege(owner, current_database(), 'create') then
      execute format('grant create on database %I to %I', current_database(), owner);
    end if;
  end if;
{schemas}
{later}
end
""")
    return f"""
-- 2. The deployer acts as the owner of the schema's objects, whom it finds by looking at them.
{made}
"""


def _backup(name: str) -> str:
    role = quote(name)
    attributes = (
        "login nosuperuser nocreatedb nocreaterole inherit noreplication\n      connection limit 2"
    )
    made = _do(f"""
begin
{_created(name, attributes, "default_transaction_read_only = on")}
  begin
    grant pg_read_all_data to {role};
  exception when insufficient_privilege then
    raise warning 'only a superuser, or who has ADMIN OPTION on it, can grant pg_read_all_data to'
      ' %: it cannot back up until that is done', {literal(name)};
  end;
  if not exists (
    select from pg_catalog.pg_roles where rolname = {literal(name)} and rolbypassrls
  ) then
    begin
      alter role {role} bypassrls;
    exception when insufficient_privilege then
      raise warning 'only a superuser can give BYPASSRLS to %: it cannot back up tables with row'
        ' level security until that is done', {literal(name)};
    end;
  end if;
end
""")
    return f"""
-- 3. The backup reads every row and writes none. It is for a trusted runner alone.
{made}
"""

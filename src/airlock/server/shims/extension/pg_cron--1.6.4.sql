-- The platform keeps this extension in pg_catalog, whatever schema was asked for.
update pg_catalog.pg_extension
set extnamespace = 'pg_catalog'::regnamespace
where extname = 'pg_cron';

create schema cron;
grant usage on schema cron to public;
create sequence cron.jobid_seq;
create sequence cron.runid_seq;

create table cron.job (
    jobid bigint primary key default nextval('cron.jobid_seq'),
    schedule text not null,
    command text not null,
    nodename text not null default 'localhost',
    nodeport integer not null default coalesce(inet_server_port(), 5432),
    database text not null default current_database(),
    username text not null default current_user,
    active boolean not null default true,
    jobname text,
    constraint jobname_username_uniq unique (jobname, username)
);
create table cron.job_run_details (
    jobid bigint,
    runid bigint primary key default nextval('cron.runid_seq'),
    job_pid integer,
    database text,
    username text,
    command text,
    status text,
    return_message text,
    start_time timestamptz,
    end_time timestamptz
);
alter table cron.job enable row level security;
create policy cron_job_policy on cron.job using (username = current_user);
alter table cron.job_run_details enable row level security;
create policy cron_job_run_details_policy on cron.job_run_details using (username = current_user);
grant select on cron.job, cron.jobid_seq, cron.runid_seq to public;
grant select, delete on cron.job_run_details to public;

create function cron.schedule_in_database(
    job_name text, schedule text, command text, database text, username text default null,
    active boolean default true
)
    returns bigint
    language plpgsql security definer
    set search_path = ''
    as $$
        #variable_conflict use_variable
        declare
            asker constant text := coalesce(
                username, nullif(current_setting('role'), 'none'), session_user
            );
            number bigint;
        begin
            -- Five fields, a @word, or a number of seconds; the fields themselves are not read.
            if schedule !~ '^\s*(\S+(\s+\S+){4}|@\w+|\d+\s+seconds?)\s*$' then
                raise exception 'invalid schedule: %', schedule
                    using errcode = 'invalid_parameter_value',
                        hint = 'Use cron format (e.g. 5 4 * * *), or interval format ''[1-59] seconds''';
            end if;
            insert into cron.job as j (schedule, command, database, username, active, jobname)
            values (schedule, command, database, asker, active, job_name)
            on conflict on constraint jobname_username_uniq do update
            set schedule = excluded.schedule,
                command = excluded.command,
                database = excluded.database,
                active = excluded.active
            returning jobid into number;
            return number;
        end
    $$;
revoke all on function cron.schedule_in_database from public;
create function cron.schedule(job_name text, schedule text, command text) returns bigint
    language sql security definer
    set search_path = ''
    as $$
        select cron.schedule_in_database(job_name, schedule, command, current_database())
    $$;
create function cron.schedule(schedule text, command text) returns bigint
    language sql strict security definer
    set search_path = ''
    as $$
        select cron.schedule_in_database(null, schedule, command, current_database())
    $$;
create function cron.unschedule(job_name text) returns boolean
    language plpgsql strict security definer
    set search_path = ''
    as $$
        begin
            delete from cron.job j
            where j.jobname = job_name
              and j.username = coalesce(nullif(current_setting('role'), 'none'), session_user);
            if not found then
                raise exception 'could not find valid entry for job ''%''', job_name
                    using errcode = 'internal_error';
            end if;
            return true;
        end
    $$;
create function cron.unschedule(job_id bigint) returns boolean
    language plpgsql strict security definer
    set search_path = ''
    as $$
        begin
            delete from cron.job j
            where j.jobid = job_id;
            if not found then
                raise exception 'could not find valid entry for job %', job_id
                    using errcode = 'internal_error';
            end if;
            return true;
        end
    $$;
create function cron.alter_job(
    job_id bigint, schedule text default null, command text default null,
    database text default null, username text default null, active boolean default null
)
    returns void
    language plpgsql security definer
    set search_path = ''
    as $$
        #variable_conflict use_column
        begin
            update cron.job j
            set schedule = coalesce(alter_job.schedule, j.schedule),
                command = coalesce(alter_job.command, j.command),
                database = coalesce(alter_job.database, j.database),
                username = coalesce(alter_job.username, j.username),
                active = coalesce(alter_job.active, j.active)
            where jobid = job_id;
            if not found then
                raise exception 'Job % does not exist or you don''t own it', job_id
                    using errcode = 'internal_error';
            end if;
        end
    $$;
revoke all on function cron.alter_job from public;
create function cron.job_cache_invalidate() returns trigger
    language plpgsql
    as $$
        begin
            return null;
        end
    $$;
create trigger cron_job_cache_invalidate
    after insert or update or delete or truncate on cron.job
    for each statement execute function cron.job_cache_invalidate();

select pg_catalog.pg_extension_config_dump('cron.job', '');
select pg_catalog.pg_extension_config_dump('cron.jobid_seq', '');
select pg_catalog.pg_extension_config_dump('cron.job_run_details', '');
select pg_catalog.pg_extension_config_dump('cron.runid_seq', '');

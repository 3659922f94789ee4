create extension postgres_fdw;
create server legacy type 'postgres' version '9.6' foreign data wrapper postgres_fdw
options (use_remote_estimate 'true', fetch_size '500', extensions 'plpgsql');
create server "Plain One" foreign data wrapper postgres_fdw;
comment on server legacy is 'the old shop';
grant usage on foreign server legacy to public;

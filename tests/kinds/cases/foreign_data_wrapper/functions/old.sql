create extension postgres_fdw;
create foreign data wrapper mine handler postgres_fdw_handler;
create foreign data wrapper other;

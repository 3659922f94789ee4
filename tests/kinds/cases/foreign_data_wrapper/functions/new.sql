create extension postgres_fdw;
create foreign data wrapper mine validator postgres_fdw_validator;
create foreign data wrapper other handler postgres_fdw_handler validator postgres_fdw_validator;

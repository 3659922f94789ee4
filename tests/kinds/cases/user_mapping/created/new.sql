create role reporting;
create foreign data wrapper mine;
create server legacy foreign data wrapper mine;
create user mapping for reporting server legacy;
create user mapping for public server legacy;

create role reporting;
create role "Sales Team";
create foreign data wrapper mine;
create server legacy foreign data wrapper mine;
create user mapping for "Sales Team" server legacy;

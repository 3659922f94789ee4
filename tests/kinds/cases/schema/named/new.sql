create schema billing;
create schema "Data Vault";
create schema "select";

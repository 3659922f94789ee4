create schema sales;
create schema returns;
create publication shop for tables in schema sales, returns;

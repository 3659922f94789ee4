create schema sales;
create schema "Old Sales";
create publication shop for tables in schema sales, "Old Sales";

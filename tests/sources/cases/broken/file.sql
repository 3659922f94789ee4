create table t (a int;
create table u (b int);
creat table v (c int);
alter tabel t add column x int;
create index concurrently on only;
create function f() returns trigger as begin new.x = 1; return new; end; language plpgsql;
select 1;

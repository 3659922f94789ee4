create function add(a int, b int) returns int language sql immutable as $$ select coalesce(a, 0) + b $$;
create function take(a int, b int) returns int language sql immutable as $$ select a - b $$;
create function done(a int) returns bigint language sql immutable as $$ select a::bigint $$;

create aggregate my_sum(int) (sfunc = add, stype = int, finalfunc = done);
create table sales (amount int);
create view totals as select my_sum(amount) as total from sales;

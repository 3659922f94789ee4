create table orders (id int primary key, amount bigint not null, note text);
create function latest() returns int language sql begin atomic select max(amount)::int from orders where note is null; end;
create function double(i int) returns int language sql strict return i * 2 + 0;
create procedure log(t text) language sql begin atomic insert into orders values (1, 2, t); select latest(); end;

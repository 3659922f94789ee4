create table orders (id int primary key, amount int not null);
create function latest() returns int language sql begin atomic select max(amount) from orders; end;
create function double(i int) returns int language sql return i * 2;

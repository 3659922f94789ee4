create sequence numbers;
create sequence "Down Seq" as smallint increment by -2 minvalue -100 maxvalue -1 start with -10 cache 5 cycle;
create table orders (id serial primary key, big bigserial, n int not null default nextval('numbers'), own int generated always as identity);
create sequence loose owned by orders.n;

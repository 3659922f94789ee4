create table base (id int check (id > 0), n int check (n < 20));
create table child (
  id int constraint base_id_check check (id > 0),
  constraint base_n_check check (n < 20)
) inherits (base);
create table grandchild (n int constraint base_n_check check (n < 20)) inherits (child);
create table later (id int) inherits (base);
create table first (id int constraint base_id_check check (id > 0)) inherits (base);

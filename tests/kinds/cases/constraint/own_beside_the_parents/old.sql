create table base (id int, n int check (n < 10));
create table child (id int, constraint base_n_check check (n < 10)) inherits (base);
create table grandchild (n int constraint base_n_check check (n < 10)) inherits (child);
create table later (id int) inherits (base);
create table first (id int constraint base_id_check check (id > 0)) inherits (base);

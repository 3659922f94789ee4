create domain code as character varying not null;
create table items (codes code[]);

create domain code as uuid not null;
create table items (codes code[]);

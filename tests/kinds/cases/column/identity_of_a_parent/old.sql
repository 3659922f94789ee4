create table journals (title text);
create table weeklies () inherits (journals);
create table lists (title text) partition by list (title);
create table lists_a partition of lists for values in ('a');

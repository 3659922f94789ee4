create schema l;
create collation l.plain (provider = libc, locale = 'C');
create collation l."Mixed" (provider = libc, lc_collate = 'C', lc_ctype = 'POSIX');
create table l.names (name text collate l.plain primary key, nick text collate l."Mixed");
comment on collation l.plain is 'byte by byte';

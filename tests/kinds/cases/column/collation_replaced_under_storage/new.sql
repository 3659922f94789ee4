create collation words (provider = libc, locale = 'POSIX');
create table notes (body text collate words);
alter table notes alter column body set storage external;

create table visits (host text, page text, day date);
create statistics visits_stats (ndistinct) on host, page from visits;

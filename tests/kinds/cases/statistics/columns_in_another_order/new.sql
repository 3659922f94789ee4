create table visits (page text, host text, day date);
create statistics visits_stats (ndistinct) on host, page from visits;
create statistics more_stats on page, day from visits;

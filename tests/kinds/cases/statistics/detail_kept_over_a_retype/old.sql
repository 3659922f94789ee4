create table visits (host text, hits integer);
create statistics visits_stats on host, hits from visits;
alter statistics visits_stats set statistics 300;

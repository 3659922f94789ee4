-- CONCURRENTLY lets reads and writes go on. It cannot run in a transaction, so it stands alone in
-- its file. If it fails it leaves an invalid index: drop that before the next attempt.
create index concurrently if not exists {{index}}
  on {{table}} ({{column}});

comment on extension plpgsql is 'ours';

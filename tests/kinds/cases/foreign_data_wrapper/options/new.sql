create foreign data wrapper mine options (format 'it''s\binary', updatable 'false');
create server warehouse foreign data wrapper mine;

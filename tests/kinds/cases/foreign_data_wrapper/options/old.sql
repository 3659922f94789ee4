create foreign data wrapper mine options (format 'csv', header 'true');
create server warehouse foreign data wrapper mine;

create schema c;
create conversion c.to_latin for 'UTF8' to 'LATIN1' from utf8_to_iso8859_1;
create default conversion c."From Latin" for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
comment on conversion c.to_latin is 'western';

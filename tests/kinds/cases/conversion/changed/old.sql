create conversion public.west for 'UTF8' to 'LATIN1' from utf8_to_iso8859_1;
comment on conversion public.west is 'western';

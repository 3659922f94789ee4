select 'it''s; one', E'a\'; still one', E'two'
  '\'; lines', U&'d\0061t;', B'01', x'1F', N'n;';
select U&"d;\0061t", "a""b;", a$b$c, $1;

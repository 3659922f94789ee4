/* outer /* inner; */ still a comment; */ select 1 /* after */ -- and; more
; -- between
;;
select 2 - -1, 3 /*;*/ * 4

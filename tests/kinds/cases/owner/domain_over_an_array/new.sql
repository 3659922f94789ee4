create role librarian;
create domain tags as text[];
alter domain tags owner to librarian;

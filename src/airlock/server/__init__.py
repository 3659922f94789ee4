"""A Postgres to talk to. The only floor that imports the driver."""

"""The only floor that writes to a user's database."""

"""`python -m airlock`."""

from airlock.cli.main import main

main()

"""The rules: `al<number>_<name>.py`, whose docstring is the rule's page."""

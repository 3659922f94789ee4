"""What is found wrong with SQL before anybody runs it, and with a schema as it stands.

One rule is one file under `rules/`; there is no list to keep.
"""

"""Random schemas, and pairs of them that differ by a few edits.

A schema is a list of things: tables, columns, policies, comments … Each holds a few values and
names others by their numbers. What a thing needs and the schema lacks makes it fall away, so any
selection of things is a schema that loads: that is what lets a failure be shrunk.
"""

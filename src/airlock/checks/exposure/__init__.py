"""Finds personal data and secrets in the text of SQL.

Each detector is a module that finds one sort of thing in any text, without the network and without
knowing where the text comes from; `scan` asks all of them about a file once.
"""

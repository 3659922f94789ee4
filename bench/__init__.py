"""Measures Airlock beside other tools, in one run on one server; asserts nothing."""

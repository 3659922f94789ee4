"""Airlock takes SQL migrations from a developer's machine to staging to production."""

__version__ = "0.1.0"

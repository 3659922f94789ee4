"""What a rollback means for rows."""

from __future__ import annotations

from enum import StrEnum


class Grade(StrEnum):
    """What a rollback means for rows, the mildest first."""

    LOSSLESS = "lossless"
    LOSES = "loses data"
    """Rows or values written since the migration go with what it made."""
    CANNOT = "cannot"
    """What the migration took away comes back empty."""

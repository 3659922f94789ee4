"""When triggers and rules fire: the states of ENABLE and DISABLE, as catalogs keep them."""

from __future__ import annotations

ORIGIN = "O"
"""The state after creation: everywhere but where replication applies changes."""

FIRING = {
    "O": "enable",
    "D": "disable",
    "R": "enable replica",
    "A": "enable always",
}
"""What leads to a state, by its letter (`pg_trigger.tgenabled`, manual, 52.57)."""

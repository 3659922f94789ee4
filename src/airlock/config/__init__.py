"""What the user has set: airlock.toml, supabase/config.toml, variables, flags, with origins."""

from airlock.config.keys import KEYS, Key, Kind
from airlock.config.load import FILE_NAME, load, load_alone
from airlock.config.values import (
    Checks,
    Config,
    Connection,
    Environment,
    Setting,
    Use,
    VariableNotSet,
)

__all__ = [
    "FILE_NAME",
    "KEYS",
    "Checks",
    "Config",
    "Connection",
    "Environment",
    "Key",
    "Kind",
    "Setting",
    "Use",
    "VariableNotSet",
    "load",
    "load_alone",
]

"""What each command returns: plain values, the same for people and for machines.

The names of the fields are the keys of the JSON that `--format json` prints. No value holds a
password or a row, except `UrlReport`, whose purpose is the local password. Each command's values
are a module of their own, so that a command imports no other's.
"""

"""The run-time type checker of the tests: as beartype, and a whole number passes where a float is wanted (PEP 484)."""

from beartype import BeartypeConf, beartype

check = beartype(conf=BeartypeConf(is_pep484_tower=True))

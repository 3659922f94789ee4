# Every target sets up .venv by itself. PYTHON names the interpreter to build it with.

.PHONY: help setup demo test canaries check bench converge docs requirements clean

help:
	@echo "make demo          play the whole workflow on examples/careers"
	@echo "make test          run the tests"
	@echo "make canaries      prove, with every command, that no row and no password comes out"
	@echo "make check         style, types, import contracts, docs"
	@echo "make bench         measure beside other tools; nothing is asserted"
	@echo "make converge      turn random schemas into each other at length"
	@echo "make docs          write the generated pages of docs/ anew"
	@echo "make requirements  resolve the dependencies of pyproject.toml anew"
	@echo "make clean         remove .venv and what the tools cached"

setup:
	@PYTHON="$(PYTHON)" sh scripts/setup.sh

demo: setup
	@.venv/bin/airlock demo

test: setup
	.venv/bin/python -m pytest -n 2

# `make test` runs a part of it: what is most unlike the rest.
canaries: setup
	@AIRLOCK_CANARIES=all .venv/bin/python -m pytest -n 2 -q tests/canaries

check: setup
	.venv/bin/python -m ruff check
	.venv/bin/python -m ruff format --check
	.venv/bin/python -m mypy
	.venv/bin/python -m mypy bench scripts
	.venv/bin/lint-imports
	.venv/bin/python scripts/docs.py --check

bench: setup
	@.venv/bin/python -m bench

converge: setup
	@.venv/bin/python tests/kinds/converge.py $(ARGS)

docs: setup
	.venv/bin/python scripts/docs.py

requirements:
	@PYTHON="$(PYTHON)" sh scripts/requirements.sh $(ARGS)

clean:
	rm -rf .venv .bench .converge .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist

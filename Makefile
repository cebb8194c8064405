# All the set-up is in tools/launch.py, which needs nothing but Python 3.11 or newer.
# Another Python: make run PYTHON=/usr/bin/python3.12. More words for a recipe: make test ARGS="-k screening".

PYTHON ?= python3
ARGS ?=
LAUNCH = $(PYTHON) tools/launch.py

.PHONY: help run test check fix docs bench lock

help:
	@echo "make run     the demonstration practice at http://127.0.0.1:8000"
	@echo "make test    every test this machine can run; says what it left out"
	@echo "make check   lint, format, types, layers, templates, spelling, migrations, changelog, docs"
	@echo "make fix     let the tools mend what they can, and write the reference pages anew"
	@echo "make docs    the documentation, in docs/_build/html"
	@echo "make bench   the measurements, as a table"
	@echo "make lock    resolve requirements/ again"

run test check fix docs bench lock:
	@$(LAUNCH) $@ $(ARGS)

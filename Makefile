# Commands a person types. `make run` and `make test` need nothing installed by hand but Python 3.11+ (and Node 20+ with npm 10+,
# or a network from which Python packages come: then Node is installed into the virtual environment).
SHELL := /bin/bash
PY := .venv/bin/python
TIER ?= change
ONLY ?=
PORT ?= 8000
WITH_NODE := . ./requirements/node.sh &&

.PHONY: run setup setup-test check check-python check-phone test pytest bench prove
run: setup
	$(PY) -m server demo --data data/demo --port $(PORT)

setup: .venv/run.stamp .venv/bin/sightline pwa/dist/index.html

.venv/bin/python:
	python3 -m venv .venv

.venv/run.stamp: requirements/run.txt | .venv/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	touch $@

.venv/test.stamp: requirements/test.txt .venv/run.stamp
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	touch $@

# The command a person types, run from this checkout wherever it is called.
.venv/bin/sightline: Makefile | .venv/bin/python
	printf '%s\n' '#!/bin/sh' 'here=$$(cd "$$(dirname "$$0")/../.." && pwd)' \
	  'PYTHONPATH="$$here" exec "$$here/.venv/bin/python" -m server "$$@"' > $@
	chmod +x $@

node_modules/.package-lock.json: package-lock.json | .venv/bin/python
	$(WITH_NODE) npm_cli ci --no-audit --no-fund --loglevel=error

pwa/dist/index.html: node_modules/.package-lock.json $(shell find pwa/src pwa/static -type f 2>/dev/null) pwa/build.mjs
	$(WITH_NODE) node pwa/build.mjs

setup-test: setup .venv/test.stamp

# Format, lint, types, import contracts, TypeScript: what needs no test run.
check: check-python check-phone

check-python: setup-test
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports

check-phone: setup-test
	$(WITH_NODE) npm_cli run --silent check
	$(WITH_NODE) npm_cli run --silent lint
	$(WITH_NODE) npm_cli test --silent

test: check
	$(MAKE) --no-print-directory pytest

# The child processes of the tests write no byte code: each would compile what it imports anew.
# Three on two cores: whoever drives a browser waits half of the time.
pytest: setup-test
	$(PY) -m tests.chromium
	$(PY) -m bench.by_tests
	$(PY) -m compileall -q server surveys scoring exports pwa bench
	$(PY) -m pytest -q -rs -n 3 --dist loadfile --no-loadscope-reorder --durations=25 --junitxml=build/tests.xml \
	  --doctest-modules tests scoring

bench: setup-test
	$(PY) -m bench --kind bench --tier $(TIER) --only "$(ONLY)"

prove: setup-test
	$(PY) -m bench --kind prove --tier $(TIER) --only "$(ONLY)"

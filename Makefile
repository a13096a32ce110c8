# `make help` lists what there is. Every command sets up first; the second time that takes no time.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PORT ?= 8000
JOBS ?= 2
export PYTHON PORT
# Every command starts processes: they compile Kehu once, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
DONE := $(VENV)/done
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-emit-index-url --no-emit-find-links
PO := $(wildcard src/kehu/locale/*/LC_MESSAGES/django.po)
# Parts that do not disturb each other, side by side; what each says stands together.
ASIDE = $(MAKE) -j $(JOBS) --output-sync=target
# The sprite holds the icons that templates and manifests name, so they are sources of the front end too.
FRONT := $(shell find frontend src/kehu -not -path '*/static/*' -not -path '*/__pycache__/*' -not -path '*/tests/*' \
           \( -name '*.ts' -o -name '*.css' -o -name '*.mjs' -o -name '*.html' -o -name '*.py' \))

.PHONY: help setup setup-tests demo test test-sqlite test-postgresql test-architecture test-journeys test-wheel \
        check check-format check-types check-layers check-migrations check-translations fix bench lock messages wheel

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'
	@echo "  Variables: PORT=8000 (demo), PYTHON=python3 (setup), JOBS=2 (tests)"

setup: $(DONE)/python $(DONE)/front $(DONE)/catalogues ## environment in .venv, front end and translations built
	@echo "Kehu is set up."

setup-tests: setup
	@scripts/require.sh tests

demo: setup ## load the example campaign and serve it at http://127.0.0.1:PORT
	@$(BIN)/kehu demo

test: setup-tests ## the whole suite: SQLite, PostgreSQL, architecture, journeys in Chromium, the wheel
	@$(ASIDE) test-architecture test-wheel
	@$(MAKE) test-sqlite test-postgresql test-examples test-journeys
	@echo "All tests passed."

test-architecture: setup ## layers, ceilings, vocabulary, and the tools in scripts/
	@echo "==> Architecture and tools"
	$(BIN)/pytest tests/architecture tests/scripts -q

test-sqlite: setup ## unit and contract tests on SQLite
	@echo "==> Tests on SQLite"
	KEHU_TEST_DATABASE=sqlite $(BIN)/pytest src tests/contract -q -n $(JOBS)

test-postgresql: setup-tests ## those of the same tests that ask the database, on a throw-away PostgreSQL server
	@echo "==> Tests on PostgreSQL"
	KEHU_TEST_DATABASE=postgresql $(BIN)/pytest src tests/contract -q -n $(JOBS) --database-only

test-examples: setup ## the imports of Olist and Maven, whose figures are published
	@echo "==> Examples"
	$(BIN)/pytest tests/examples -q -n $(JOBS)

test-journeys: setup-tests ## walks through the demo in a real Chromium
	@echo "==> Journeys in Chromium"
	$(BIN)/pytest tests/journeys -q -n $(JOBS) --dist loadfile --no-loadscope-reorder

test-wheel: setup-tests ## the wheel in an empty environment, without Node
	@echo "==> Wheel"
	$(BIN)/pytest tests/wheel -q

check: setup ## format, lint, types, layers, migrations, translations
	@$(ASIDE) check-types check-layers check-format check-migrations check-translations

check-format: setup
	@echo "==> Format and lint"
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

check-types: setup
	@echo "==> Types"
	$(BIN)/mypy
	scripts/node.sh npm run --silent types

check-layers: setup
	@echo "==> Layers"
	$(BIN)/lint-imports
	$(BIN)/pytest tests/architecture -q

check-migrations: setup
	@echo "==> Migrations"
	$(BIN)/python scripts/migrations.py

check-translations: setup
	@echo "==> Translations"
	$(BIN)/python -m scripts.messages --check

fix: setup ## mend format and lint where a tool can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup ## measure against limits of the same run (ROWS=1000000 DB=sqlite|postgres ONLY=import); prints JSON
	@export ROWS="$(ROWS)" DB="$(DB)"; for file in bench/bench_$(or $(ONLY),*).py; do echo "==> $$file" >&2; $(BIN)/python "$$file"; done

messages: $(DONE)/python ## bring the translation catalogues up to date with the texts
	$(BIN)/python -m scripts.messages
	@$(MAKE) $(DONE)/catalogues

lock: $(DONE)/python ## write the lock files anew from pyproject.toml and package.json (UPGRADE=1: newest versions)
	$(LOCK) $(if $(UPGRADE),--upgrade) pyproject.toml -o requirements/runtime.txt
	$(LOCK) $(if $(UPGRADE),--upgrade) pyproject.toml --group dev -c requirements/runtime.txt -o requirements/dev.txt
	$(LOCK) $(if $(UPGRADE),--upgrade) --group node -o requirements/node.txt
	scripts/node.sh npm $(if $(UPGRADE),update,install --package-lock-only) --omit-lockfile-registry-resolved

wheel: setup ## build the wheel into dist/
	$(BIN)/python -m build --wheel --no-isolation --outdir dist

$(DONE)/python: requirements/dev.txt pyproject.toml
	@scripts/require.sh base
	@echo "==> Python environment in $(VENV) (the first time some minutes: about 1 GB)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@mkdir -p $(DONE) && touch $@

$(DONE)/npm: package.json package-lock.json $(DONE)/python
	@echo "==> npm packages"
	@scripts/node.sh npm ci --silent --no-audit --no-fund </dev/null
	@mkdir -p $(DONE) && touch $@

$(DONE)/front: $(DONE)/npm $(FRONT)
	@echo "==> Front end"
	@scripts/node.sh node frontend/build.mjs
	@touch $@

$(DONE)/catalogues: $(DONE)/python $(PO) scripts/catalogues.py
	@echo "==> Translations"
	@$(BIN)/python scripts/catalogues.py
	@touch $@

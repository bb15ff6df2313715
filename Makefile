# Needs make and Python 3.11 or newer; everything else is installed into .venv.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help install browser demo up bootstrap test test-fast test-operations check bench chaos faults eval-register
.PHONY: screenshots lock clean

# Every flow's process, worker and command begins with our modules: compiled once, each starts a second of work sooner.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
BIN := .venv/bin
INSTALLED := .venv/.installed
BROWSER := .venv/.browser
# The processes share one Postgres and one Prefect server; files are dealt out as processes become free
# (tests/conftest.py). One process more than there are cores, since many tests wait.
SIDE_BY_SIDE = --numprocesses $(shell expr $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1) + 1) --maxprocesses 4 \
	--dist loadfile --no-loadscope-reorder --durations=10
LOCKING := uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-emit-index-url --no-header \
	--python-version 3.11 --quiet --output-file requirements.lock

help: ## say what can be made
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(INSTALLED) ## make .venv from requirements.lock

$(INSTALLED): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; say which with PYTHON=…" >&2; exit 1; }
	@echo "Installing into .venv …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		"$$(sed -n 's/^\(uv==[^ ;]*\).*/\1/p' requirements.lock)"
	@UV_COMPILE_BYTECODE_TIMEOUT=600 \
		$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock \
		|| $(BIN)/python -m pip install --quiet --no-deps --require-hashes --requirement requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps --editable .
	@touch $@

browser: $(BROWSER) ## have a browser that can be driven, if one can be had

# Without a browser everything works but what drives one, and that says so itself.
$(BROWSER): $(INSTALLED)
	@$(BIN)/python -m dev.stack.browser && touch $@ || test $$? -lt 128

demo: $(INSTALLED) $(BROWSER) ## twelve restaurants from a list to accounts; ASK=1: you answer; REPEAT=20: a line each
	@$(BIN)/python -m dev.demo $(if $(filter-out 0,$(ASK)),--ask) $(if $(REPEAT),--repeat '$(REPEAT)')

up: $(INSTALLED) ## the whole stack, left running until Ctrl-C, its data kept in .local
	@$(BIN)/python -m dev.stack

bootstrap: $(INSTALLED) ## put blocks, work pools, limits and deployments on the Prefect server of PREFECT_API_URL
	@$(BIN)/python -m deployments.bootstrap

test: $(INSTALLED) $(BROWSER) ## everything that proves it, but the minutes of test-operations
	$(BIN)/pytest $(SIDE_BY_SIDE) -m "not operations"
	@echo "Left out, because it takes minutes: make test-operations"

test-fast: $(INSTALLED) ## the tests that need no browser, kill nothing and are quick
	$(BIN)/pytest $(SIDE_BY_SIDE) -m "not browser and not faults and not slow and not operations"

test-operations: $(INSTALLED) $(BROWSER) ## docs/operations.md, tried: install, back up, restore, upgrade, rotate keys
	$(BIN)/pytest -m operations

check: $(INSTALLED) ## style, types, architecture, lock
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/python -m dev.check_lock

bench: $(INSTALLED) $(BROWSER) ## how fast, how big; the last line is JSON
	@$(BIN)/python -m dev.bench

chaos: $(INSTALLED) ## kills, outages and bad answers; ONLY=kill,outage chooses; SEED=1 MINUTES=10 mixes them
	@$(BIN)/python -m dev.chaos $(if $(ONLY),--only '$(ONLY)') $(if $(SEED),--seed '$(SEED)') \
		$(if $(MINUTES),--minutes '$(MINUTES)')

faults: chaos

eval-register: $(INSTALLED) ## how often the right company comes first; the last line is JSON
	@$(BIN)/python -m dev.ranking_eval

screenshots: $(INSTALLED) $(BROWSER) ## take the pictures of docs/operators.md from a running stack, into docs/images
	@$(BIN)/python -m dev.screenshots

lock: $(INSTALLED) ## write requirements.lock anew from pyproject.toml
	$(BIN)/$(LOCKING)

clean: ## remove what was made: .venv, caches, and the data of `make up`
	@test ! -f .local/postgres/elsewhere || rm -rf "$$(cat .local/postgres/elsewhere)"
	rm -rf .venv .local .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

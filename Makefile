# Needs make and Python 3.11 or newer; everything else is installed into .venv.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help install browser demo up bootstrap test test-fast test-operations check bench chaos faults eval-register
.PHONY: screenshots lock clean fuzz

# Bytecode is written, because every process and command of the product then starts about a second sooner.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
BIN := .venv/bin
INSTALLED := .venv/.installed
BROWSER := .venv/.browser
# The test processes share one Postgres and one Prefect server; each free process gets the next file (tests/conftest.py).
# There is one process more than there are cores, because many tests wait.
SIDE_BY_SIDE = --numprocesses $(shell expr $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1) + 1) --maxprocesses 4 \
	--dist loadfile --no-loadscope-reorder --durations=10
LOCKING := uv pip compile --system-certs pyproject.toml --extra dev --extra scale --universal --fork-strategy fewest --generate-hashes --no-emit-index-url --no-header \
	--python-version 3.11 --quiet --output-file requirements.lock

help: ## list these commands
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(INSTALLED) ## create .venv from requirements.lock

# uv trusts the authorities of the system, as pip does: a company's proxy may sign with its own.
$(INSTALLED): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; say which with PYTHON=…" >&2; exit 1; }
	@echo "Installing into .venv …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		"$$(sed -n 's/^\(uv==[^ ;]*\).*/\1/p' requirements.lock)"
	@UV_COMPILE_BYTECODE_TIMEOUT=600 \
		$(BIN)/uv pip sync --system-certs --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock \
		|| $(BIN)/python -m pip install --quiet --no-deps --require-hashes --requirement requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps --editable .
	@touch $@

browser: $(BROWSER) ## install a browser for Playwright, if possible

# A failure is no error here: only the parts that drive a browser need it, and they report that it is missing.
$(BROWSER): $(INSTALLED)
	@$(BIN)/python -m dev.stack.browser && touch $@ || test $$? -lt 128

demo: $(INSTALLED) $(BROWSER) ## register twelve restaurants in the sandbox; ASK=1: you answer; REPEAT=20: 20 runs
	@$(BIN)/python -m dev.demo $(if $(filter-out 0,$(ASK)),--ask) $(if $(REPEAT),--repeat '$(REPEAT)')

up: $(INSTALLED) ## run the whole stack until Ctrl-C; its data stay in .local; WORKERS=4, SERVERS=2 of Prefect
	@$(BIN)/python -m dev.stack $(if $(WORKERS),--workers '$(WORKERS)') $(if $(SERVERS),--servers '$(SERVERS)')

bootstrap: $(INSTALLED) ## put blocks, work pools, deployments and automations on the Prefect server of PREFECT_API_URL
	@$(BIN)/python -m deployments.bootstrap

test: $(INSTALLED) $(BROWSER) ## run all tests except test-operations, which takes minutes
	$(BIN)/pytest $(SIDE_BY_SIDE) -m "not operations"
	@echo "Left out, because it takes minutes: make test-operations"

test-fast: $(INSTALLED) ## run the quick tests, without browser and kills
	$(BIN)/pytest $(SIDE_BY_SIDE) -m "not browser and not faults and not slow and not operations"

test-operations: $(INSTALLED) $(BROWSER) ## test docs/operations.md: install, back up, restore, upgrade (UPGRADE_FROM=COMMIT), rotate keys
	$(if $(UPGRADE_FROM),UPGRADE_FROM=$(UPGRADE_FROM) )$(BIN)/pytest -m operations

check: $(INSTALLED) ## check style, types, architecture and lock
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright --threads 2
	$(BIN)/lint-imports
	$(BIN)/python -m dev.check_lock

bench: $(INSTALLED) $(BROWSER) ## measure speed and size; the last line is JSON
	@$(BIN)/python -m dev.bench

chaos: $(INSTALLED) ## test kills, outages and bad answers; ONLY=kill,outage selects, ONLY=scale needs packages; SEED=1 MINUTES=10 mixes
	@$(BIN)/python -m dev.chaos $(if $(ONLY),--only '$(ONLY)') $(if $(SEED),--seed '$(SEED)') \
		$(if $(MINUTES),--minutes '$(MINUTES)')

fuzz: $(INSTALLED) ## generated requests to every endpoint of the REST API; MINUTES=10, SEED=1
	@$(BIN)/python -m dev.fuzz $(if $(SEED),--seed '$(SEED)') $(if $(MINUTES),--minutes '$(MINUTES)')

faults: chaos

eval-register: $(INSTALLED) ## measure how often the right company is ranked first; the last line is JSON
	@$(BIN)/python -m dev.ranking_eval

screenshots: $(INSTALLED) $(BROWSER) ## take the pictures of docs/images; ALL=folder: every page of the console; ONLY=console
	@$(BIN)/python -m dev.screenshots $(if $(ALL),--all $(ALL)) $(if $(ONLY),--only $(ONLY))

lock: $(INSTALLED) ## write a new requirements.lock from pyproject.toml
	$(BIN)/$(LOCKING)

clean: ## remove .venv, caches, and the data of `make up`
	@test ! -f .local/postgres/elsewhere || rm -rf "$$(cat .local/postgres/elsewhere)"
	rm -rf .venv .local .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

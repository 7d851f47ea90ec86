# `make demo` shows the main job on an example; `make test` runs every check. Both create what they need.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
WORKERS ?= auto

.PHONY: demo test lint types layers unit docs bench fuzz faults clean

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(VENV)/installed
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/demo.sh

test: lint types layers unit

lint: $(VENV)/installed
	$(BIN)/ruff check .

types: $(VENV)/installed
	$(BIN)/mypy

layers: $(VENV)/installed
	$(BIN)/lint-imports

unit: $(VENV)/installed
	$(BIN)/python -m pytest -n $(WORKERS)

# Pages generated from the code; a test fails when they are stale.
docs: $(VENV)/installed
	$(BIN)/python docs/generate.py

# Ratios to kubeconform where it is at hand: make bench KUBECONFORM=/path/to/kubeconform
bench: $(VENV)/installed
	$(BIN)/python tests/bench/bench.py

# The long campaigns; short versions of both are part of `make test`.
fuzz: $(VENV)/installed
	$(BIN)/python -m pytest -n $(WORKERS) tests/property --hypothesis-profile fuzz

faults: $(VENV)/installed
	$(BIN)/python -m pytest -n $(WORKERS) tests/faults --campaign long

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

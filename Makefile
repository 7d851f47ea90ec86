# `make demo` shows the main job on an example; `make test` runs every check. Both create what they need.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
WORKERS ?= auto

# Modules are compiled once, and not by each of the many processes that tests start.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test services lint types layers unit docs site bench bench-memory growth fuzz properties faults soak races two-ways clean

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --editable '.[dev]'
	@touch $@

demo: $(VENV)/installed
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/demo.sh

test:
	@$(MAKE) --no-print-directory --jobs 2 services $(VENV)/installed
	@$(MAKE) --no-print-directory --jobs 2 lint layers types unit

# Servers that tests start for themselves. As root on Debian or Ubuntu they are installed; elsewhere such tests are skipped.
services:
	@command -v redis-server >/dev/null && command -v prometheus-pushgateway >/dev/null || \
	  { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive timeout 180 sh -c \
	    'apt-get -qq update && apt-get -qq install --no-install-recommends redis-server prometheus-pushgateway' >/dev/null 2>&1; } || \
	  echo "redis-server or prometheus-pushgateway is not here: tests that need it are skipped"

lint: $(VENV)/installed
	$(BIN)/ruff check .

types: $(VENV)/installed
	$(BIN)/mypy

layers: $(VENV)/installed
	$(BIN)/lint-imports

unit: $(VENV)/installed
	$(BIN)/python -m compileall -q src
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

# Pages generated from the code; a test fails when they are stale.
docs: $(VENV)/installed
	$(BIN)/python docs/generate.py

# The documentation as a site, in build/site.
site: $(VENV)/installed
	$(BIN)/mkdocs build --strict --quiet

# The pictures of the documentation, from real pages; needs Chromium.
screenshots: $(VENV)/installed
	$(BIN)/python docs/screenshots.py

# Times and memory, as ratios to kubeconform where it is at hand: make bench KUBECONFORM=/path/to/kubeconform
# Shorter, or written into docs/performance.md: make bench BENCH="--sizes 1000 --steps check", BENCH="--page docs/performance.md"
bench: $(VENV)/installed
	$(BIN)/python tests/bench/bench.py $(BENCH)

# The most memory that a repository of 200 MB takes. Shorter: make bench-memory BENCH="--mb 20"
bench-memory: $(VENV)/installed
	$(BIN)/python tests/bench/large_bench.py $(BENCH)

# Whether anything takes the square of the time for more of it: every rule, every list, odd shapes of fabrics.
growth: $(VENV)/installed
	$(BIN)/python tests/bench/growth.py

# How many of the documented mistakes a validator of schemas finds: make compare KUBECONFORM=/path/to/kubeconform
compare: $(VENV)/installed
	$(BIN)/python tests/bench/compare.py

# The size of the history over a thousand syncs, and how long it takes to ask it.
bench-state: $(VENV)/installed
	$(BIN)/python tests/bench/state_bench.py

# The long campaigns; short versions of all of them are part of `make test`. Fuzzing takes an hour for each target:
# make fuzz FUZZ_SECONDS=60 FUZZ_TARGETS="yaml_text state"
FUZZ_SECONDS ?= 3600
fuzz: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[fuzz]'
	$(BIN)/python tests/fuzz/campaign.py --seconds $(FUZZ_SECONDS) $(FUZZ_TARGETS)

properties: $(VENV)/installed
	$(BIN)/python -m pytest -n $(WORKERS) tests/property --hypothesis-profile fuzz

CAMPAIGNS := tests/faults tests/contract/test_netbox_faults.py tests/action/test_cancelled_steps.py \
	tests/action/test_cache_of_steps.py
faults: $(VENV)/installed
	$(BIN)/python -m pytest -n $(WORKERS) -rP $(CAMPAIGNS) --campaign long
	$(BIN)/python tests/faults/fault_campaign.py --every $(EVERY)

# Every how manieth point of the campaign on whole syncs is tried: 1 for all of them, which takes a night.
EVERY ?= 11

# A thousand syncs of one repository one after the other, on a branch and at a desk.
soak: $(VENV)/installed
	$(BIN)/python tests/bench/soak.py
	$(BIN)/python tests/bench/soak.py --desk

RACES := tests/races tests/faults/test_lock_race.py tests/faults/test_two_runs.py
races: $(VENV)/installed
	$(BIN)/python -m pytest -s $(RACES) --campaign long

# The long campaign of edits on both sides, with outages; a short one is part of `make test`.
two-ways: $(VENV)/installed
	$(BIN)/python -m pytest -n $(WORKERS) tests/contract/test_two_sides.py tests/contract/test_two_sides_model.py --campaign long

# The image of the action.
image:
	docker build --tag fgd-sync .

# The tests of the action in the built image, in an engine of their own. Needs root, dockerd and mmdebstrap:
# apt-get install --no-install-recommends docker.io mmdebstrap
action-docker: $(VENV)/installed
	FGD_TEST_DOCKER=1 $(BIN)/python -m pytest tests/action

# What the image is built of, pinned with the hashes of the wheels for every architecture.
COMPILE := build/uv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.13 --generate-hashes --no-header --no-annotate
requirements:
	$(PYTHON) -m venv build/uv
	build/uv/bin/pip install --quiet --disable-pip-version-check uv
	$(COMPILE) --extra redis pyproject.toml --output-file docker/requirements.txt
	$(COMPILE) docker/requirements-build.in --output-file docker/requirements-build.txt

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

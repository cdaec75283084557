# Everything a newcomer, a developer or an operator types. `make` alone lists it.
.DEFAULT_GOAL := help
SHELL := bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
BROKER ?= embedded
DEMO_DATA ?= deploy/demo/input
PYTEST := $(BIN)/python -m pytest

.PHONY: help
help: ## list what can be done
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

# One stamp per lock file: a changed lock installs again, an unchanged one costs nothing.
$(VENV)/.embedded: requirements-embedded.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-embedded.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.embedded
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

.PHONY: install
install: $(VENV)/.dev ## create the virtual environment with everything in it

.PHONY: demo
demo: $(VENV)/.embedded ## the main job on the real Occitanie figures, from nothing; stays up until Ctrl-C
	@$(BIN)/python -m deploy.demo --broker $(BROKER) --data $(DEMO_DATA)

.PHONY: smoke
smoke: $(VENV)/.embedded ## the same in one shot on free ports; the last line is one JSON object
	@$(BIN)/python -m deploy.demo --smoke --broker $(BROKER) --data $(DEMO_DATA)

.PHONY: up
up: $(VENV)/.embedded ## broker, database, mailbox and the four services, empty
	@$(BIN)/python -m deploy.stack up --broker $(BROKER)

.PHONY: test
test: $(VENV)/.dev lint types imports ## everything needed to trust it, on the embedded stack
	$(PYTEST) --ignore=tests/faults

.PHONY: test-kafka
test-kafka: $(VENV)/.dev ## integration and acceptance suites on Apache Kafka (needs Java 17 and Maven)
	VIGIE_TEST_BROKER=apache $(PYTEST) tests/integration tests/acceptance

.PHONY: faults
faults: $(VENV)/.dev ## kill -9 of each service at its worst moments, with an oracle (minutes)
	$(PYTEST) tests/faults -s --timeout=3600

.PHONY: bench
bench: $(VENV)/.dev ## latency to a readable figure, rates of deposits, large files beside the usual readers (minutes)
	$(BIN)/python -m tests.benchmarks.latency --broker $(BROKER)
	$(BIN)/python -m tests.benchmarks.deposits --broker $(BROKER)
	$(BIN)/python -m tests.benchmarks.large_files

.PHONY: lint
lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

.PHONY: types
types: $(VENV)/.dev
	$(BIN)/mypy

.PHONY: imports
imports: $(VENV)/.dev
	$(BIN)/lint-imports

.PHONY: format
format: $(VENV)/.dev ## format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: schemas
schemas: $(VENV)/.dev ## write the frozen contracts again; review the difference
	$(BIN)/python -m tests.contracts.freeze

.PHONY: locks
locks: $(VENV)/.dev ## resolve the lock files again (needs uv)
	echo "hatchling==1.27.0" | uv pip compile -q - --universal --python-version 3.11 --no-header --no-annotate --generate-hashes -o requirements-build.lock
	uv pip compile -q pyproject.toml --universal --python-version 3.11 --no-header --no-annotate --generate-hashes -o requirements.lock
	uv pip compile -q pyproject.toml --universal --python-version 3.11 --no-header --no-annotate --generate-hashes --extra embedded -o requirements-embedded.lock
	uv pip compile -q pyproject.toml --universal --python-version 3.11 --no-header --no-annotate --generate-hashes --extra embedded --extra dev -o requirements-dev.lock

.PHONY: clean
clean: ## remove the virtual environment, caches and the embedded stack's data
	rm -rf $(VENV) .stack .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis

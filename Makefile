# The commands. `make help` prints the line after each ##.
PYTHON ?= python3
BIN := .venv/bin
PACKAGES := aivideo_project accounts providers generation campaigns footage sandbox pro
LOCK := $(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header
.DEFAULT_GOAL := help

.PHONY: help
help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## Start everything on this machine and say where to look; Ctrl-C stops it
	@PYTHON="$(PYTHON)" sh scripts/install requirements.txt
	@exec $(BIN)/python -m aivideo_project.supervisor --end-with-parent

.PHONY: test
test: dev ## Check, then run all tests, on SQLite and on PostgreSQL
	@exec $(BIN)/python -m tests.run

.PHONY: check
check: dev ## Formatter, linter, types, import directions, migrations, requirements, docs examples
	@exec $(BIN)/python -m tests.check $(PACKAGES)

.PHONY: bench
bench: dev anchors ## Run the benchmarks, then the goals beside their anchors as a table
	@$(BIN)/python -m bench.run
	@exec $(BIN)/python -m bench.goals

.PHONY: anchors
anchors: dev ## Install the peers that the goals are measured against, into .venv-anchors
	@exec $(BIN)/python -m bench.goals.anchors

.PHONY: chaos
chaos: dev ## Kill, pause and fault the whole product under load; CHAOS_SEED=… replays it
	@exec $(BIN)/python -m tests.chaos

.PHONY: screenshots
screenshots: dev ## Photograph every screen into docs/screenshots
	@exec $(BIN)/python -m scripts.screenshots

.PHONY: lock
lock: dev ## Compile requirements*.in into requirements*.txt
	@$(LOCK) requirements.in -o requirements.txt
	@$(LOCK) requirements-dev.in -o requirements-dev.txt
	@! grep -nE 'https?:|file:' requirements.txt requirements-dev.txt

.PHONY: dev
dev: # What tests and checks need besides
	@PYTHON="$(PYTHON)" sh scripts/install requirements-dev.txt

.PHONY: clean
clean: ## Remove caches and .venv; data in var/ stays
	rm -rf .venv .venv-anchors .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# What people run. `make` alone lists it.

PYTHON ?= python3
VENV := $(CURDIR)/.venv

# Some machines switch compiled bytecode off; every start of a plugin would then take two to three times as long.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help quickstart test test-api-long test-autoscaling test-attacks fast lint format toolchain cluster cluster-stop cluster-build venv pins container-check bench bench-registry bench-registering bench-million bench-soak clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

quickstart: venv ## Bring up the example at the root of the checkout with a real pulumi
	@lines="$$($(PYTHON) toolchain/toolchain.py env)" && eval "$$lines" && exec $(VENV)/bin/python scripts/quickstart.py

test: venv ## Run the checks and every level of tests; ARGS="--level unit" chooses
	@$(VENV)/bin/python scripts/run_tests.py $(ARGS)

test-autoscaling: venv ## Test real autoscalers on a real node: metrics-server, Prometheus, KEDA (11 minutes to build, once)
	@$(VENV)/bin/python scripts/run_tests.py --level autoscaling

test-attacks: venv ## Try the exhaustive tables of hostile requests, files and changes, and print them
	@$(VENV)/bin/python scripts/run_tests.py --level attacks -- -s $(ARGS)

test-api-long: venv ## Try the API with made-up requests for ten minutes; SECONDS=3600 for longer
	@LOCKYARD_SCHEMATHESIS_SECONDS=$(or $(SECONDS),600) $(VENV)/bin/python -m pytest -q -s --timeout 0 tests/contract/test_schemathesis.py

fast: venv ## Run the checks and the unit tests
	@$(VENV)/bin/python scripts/run_tests.py --fast

lint: venv ## Check format, lint rules, layers and types
	@$(VENV)/bin/python scripts/run_tests.py --level lint

format: venv ## Put every file into the common format
	@$(VENV)/bin/ruff check --quiet --fix-only . && $(VENV)/bin/ruff format .

toolchain: ## Get pulumi: the official one on PATH, or one built from pinned Go modules (8 minutes, once)
	@$(PYTHON) toolchain/toolchain.py path

cluster: ## Start a Kubernetes for tries, in the user's cache folder; ARGS="--node --with prometheus" adds parts
	@$(PYTHON) toolchain/cluster.py start $(ARGS)

cluster-stop: ## End that Kubernetes and remove what it wrote
	@$(PYTHON) toolchain/cluster.py stop $(ARGS)

cluster-build: ## Get the programs of that Kubernetes (11 minutes, once)
	@$(PYTHON) toolchain/cluster.py build $(ARGS)

venv: ## Make .venv from the pinned requirements, if it is not up to date
	@$(PYTHON) scripts/make_venv.py

PIN := env -u UV_FIND_LINKS $(VENV)/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make pins"

pins: venv ## Pin again after a change of requirements/*.in or pyproject.toml; UPGRADE=1 moves to the newest versions
	@$(PIN) --all-extras $(if $(UPGRADE),--upgrade) requirements/test.in pyproject.toml --output-file requirements/test.txt
	@# What the container image gets: the versions that the tests ran with.
	@$(PIN) --all-extras --constraint requirements/test.txt pyproject.toml --output-file requirements/server.txt
	@$(PIN) --constraint requirements/test.txt requirements/build.in --output-file requirements/build.txt

container-check: ## Do the steps of container/Containerfile in a folder and start what they made (a minute, downloads)
	@$(PYTHON) scripts/check_container.py

bench: venv ## Run the benchmarks
	@lines="$$($(PYTHON) toolchain/toolchain.py env)" && eval "$$lines" && exec $(VENV)/bin/python benchmarks/run.py

bench-registering: venv ## Measure how fast versions are registered beside MLflow, on SQLite and PostgreSQL (4 minutes, downloads once)
	@$(VENV)/bin/python benchmarks/registering.py

bench-registry: venv ## Measure the registry's server beside MLflow's and beside a constant (15 minutes, downloads once)
	@$(VENV)/bin/python benchmarks/registry.py

bench-million: venv ## Measure lists of a million artifacts beside a thousand (15 minutes, 4 GB); ARGS="--postgres" there
	@$(VENV)/bin/python benchmarks/many.py $(ARGS)

bench-soak: venv ## Keep a registry's server busy for ten minutes and watch its memory; SECONDS=3600 for longer
	@$(VENV)/bin/python benchmarks/soak.py --seconds $(or $(SECONDS),600)

clean: ## Remove .venv and what tools left behind; built toolchains stay in the user's cache folder
	rm -rf .venv .venv.lock build dist .hypothesis .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

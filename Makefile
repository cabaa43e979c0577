# Everything a newcomer or CI runs. The virtual environment makes itself.
PYTHON ?= python3
VENV   := .venv
SCRIPTS := $(if $(filter Windows_NT,$(OS)),Scripts,bin)
BIN    := $(VENV)/$(SCRIPTS)
READY  := $(VENV)/.ready
DEMO   := .venv-demo
DOCS   := .venv-docs
TESTS  ?=

PIP := -m pip --quiet --disable-pip-version-check

# Tests start hundreds of processes, which compile everything anew where Python may not keep it.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -q
# The tests that are wanted may all be measured, or none (which pytest calls 5).
IF_ANY := || [ $$? -eq 5 ]

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-quick check format generate public-api bench bench-quick bench-scale torture wheel-test docs screenshots clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(READY): pyproject.toml lunogram/_version.py
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python $(PIP) install --upgrade 'pip>=25.1'
	@$(BIN)/python $(PIP) install --group dev --editable '.[fast,sandbox,outbox-postgres,outbox-nats,import,import-mysql,otel]'
	@touch $@

$(DEMO)/.ready: pyproject.toml lunogram/_version.py
	@echo "Installing lunogram and its sandbox into $(DEMO)."
	@test -x $(DEMO)/$(SCRIPTS)/python || $(PYTHON) -m venv $(DEMO)
	@$(DEMO)/$(SCRIPTS)/python $(PIP) install --editable '.[sandbox]'
	@touch $@

setup: $(READY) ## Make the virtual environment that the other commands use

demo: $(DEMO)/.ready ## Start a local Lunogram server, run the quickstart against it, show what arrived
	@$(DEMO)/$(SCRIPTS)/python examples/demo.py

$(DOCS)/.ready: pyproject.toml lunogram/_version.py
	@test -x $(DOCS)/$(SCRIPTS)/python || $(PYTHON) -m venv $(DOCS)
	@$(DOCS)/$(SCRIPTS)/python $(PIP) install --upgrade 'pip>=25.1'
	@$(DOCS)/$(SCRIPTS)/python $(PIP) install --group docs
	@touch $@

docs: $(DOCS)/.ready ## Build the site into site/, and test what is in it
	@NO_MKDOCS_2_WARNING=1 PYTHONPATH=codegen $(DOCS)/$(SCRIPTS)/mkdocs build --strict
	@$(DOCS)/$(SCRIPTS)/python -m pytest -q --noconftest -o addopts= -o filterwarnings= -p no:cacheprovider tests/docs/built_site.py
	@echo "The site is site/index.html"

test: $(READY) ## Set up and run all tests
	@$(PYTEST) -n 4 -m "not measured" $(TESTS) $(IF_ANY)
	@$(PYTEST) -m measured $(TESTS) $(IF_ANY)

test-quick: $(READY) ## Run the tests that need no service and take no time
	@$(PYTEST) -n 3 -m "not slow and not service and not measured" $(TESTS)

check: $(READY) ## Lint, types, spelling, the specification, and whether generated code is up to date
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/codespell
	$(BIN)/openapi-spec-validator openapi.yaml openapi-customerio.yaml
	$(BIN)/python codegen/generate.py --check
	$(BIN)/python codegen/derive.py --check

format: $(READY) ## Format the code and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

generate: $(READY) ## Write generated/ from the specification, and the derived sources of the facade
	$(BIN)/python codegen/generate.py
	$(BIN)/python codegen/derive.py

public-api: $(READY) ## Write tests/public_api.txt and docs/reference, which are compared with the code
	$(BIN)/python codegen/public_api.py
	$(BIN)/python codegen/reference.py

bench: $(READY) ## Measure what calls, queueing and delivery cost, beside others' clients
	@$(BIN)/python $(PIP) install --group bench
	@$(BIN)/python -m benchmarks --save

bench-quick: $(READY) ## The same in less than two minutes, without keeping the results
	@$(BIN)/python $(PIP) install --group bench
	@$(BIN)/python -m benchmarks --quick

bench-scale: $(READY) ## Measure what several relays deliver together (needs PostgreSQL and NATS)
	@$(BIN)/python $(PIP) install --group bench
	@$(BIN)/python -m benchmarks.scale --save

torture: $(READY) ## Kill everything, thousands of times, and count what is lost
	@$(BIN)/python -m tests.acceptance.torture --seeds $(or $(SEEDS),2000)

wheel-test: $(READY) ## Test the built wheel with the lowest dependencies it allows
	@bash codegen/wheel_test.sh

screenshots: $(READY) ## Take the pictures of the sandbox's page anew (needs chromium and chromium-driver)
	@$(BIN)/python -m tests.page.screenshots

clean: ## Remove what the other commands made
	rm -rf $(VENV) .venv-* dist site .pytest_cache .mypy_cache .ruff_cache .hypothesis

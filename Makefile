# Everything a newcomer or CI runs. The virtual environment makes itself.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
TESTS  ?=

.DEFAULT_GOAL := help
.PHONY: help demo test check format generate bench bench-quick bench-scale torture wheel-test screenshots clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(READY): pyproject.toml lunogram/_version.py
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev --editable '.[fast,sandbox,outbox-postgres,outbox-nats,import,otel]'
	@touch $@

demo: $(READY) ## Set up, start a local Lunogram, run the quickstart against it, show what arrived
	@$(BIN)/python examples/demo.py

test: $(READY) ## Set up and run all tests
	@$(BIN)/python -m pytest -q -n auto $(TESTS)

check: $(READY) ## Lint, types, the specification, and whether generated code is up to date
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/openapi-spec-validator openapi.yaml openapi-customerio.yaml
	$(BIN)/python codegen/generate.py --check
	$(BIN)/python codegen/derive.py --check

format: $(READY) ## Format the code and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

generate: $(READY) ## Write generated/ from the specification, and the derived sources of the facade
	$(BIN)/python codegen/generate.py
	$(BIN)/python codegen/derive.py

bench: $(READY) ## Measure what calls, queueing and delivery cost, beside others' clients
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group bench
	@$(BIN)/python -m benchmarks --save

bench-quick: $(READY) ## The same in less than two minutes, without keeping the results
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group bench
	@$(BIN)/python -m benchmarks --quick

bench-scale: $(READY) ## Measure what several relays deliver together (needs PostgreSQL and NATS)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group bench
	@$(BIN)/python -m benchmarks.scale --save

torture: $(READY) ## Kill everything, thousands of times, and count what is lost
	@$(BIN)/python -m tests.acceptance.torture --seeds $(or $(SEEDS),2000)

wheel-test: $(READY) ## Test the built wheel with the lowest dependencies it allows
	@bash codegen/wheel_test.sh

screenshots: $(READY) ## Take the pictures of the sandbox's page anew (needs chromium and chromium-driver)
	@$(BIN)/python -m tests.page.screenshots

clean: ## Remove what the other commands made
	rm -rf $(VENV) .venv-* dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

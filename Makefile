# Each target is one line you could type by hand. `make` alone lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
RUN := $(PY) -m kbwizard

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: $(VENV)/run-ready ## set up everything and serve the demo on http://127.0.0.1:8000
	@$(RUN) demo

test: $(VENV)/dev-ready ## all tests
	$(PY) -m pytest

check: $(VENV)/dev-ready ## style, types, content
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(RUN) check-content
	$(RUN) training check
	$(RUN) scenarios

bench: $(VENV)/dev-ready ## measure against a floor, medians of five runs
	$(PY) -m benchmarks

screenshots: $(VENV)/dev-ready ## take the pictures of README from the running product
	$(PY) -m scripts.screenshots

lock: $(VENV)/dev-ready ## write requirements*.txt from requirements*.in
	$(PY) -m uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-emit-index-url requirements.in -o requirements.txt
	$(PY) -m uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-emit-index-url requirements-dev.in -o requirements-dev.txt

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "É preciso Python 3.11 ou mais novo: make PYTHON=python3.11 …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/run-ready: requirements.txt | $(VENV)/bin/python
	@scripts/install-python.sh $(VENV) requirements.txt
	@touch $@

$(VENV)/dev-ready: requirements-dev.txt | $(VENV)/bin/python
	@scripts/install-python.sh $(VENV) requirements-dev.txt
	@touch $@ $(VENV)/run-ready

.PHONY: help run test check bench screenshots lock

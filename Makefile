# make run: the page; make test: everything. Each target builds what it lacks.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup run test bench lint browser space fuzz

setup: $(STAMP)

$(STAMP): requirements.txt requirements-dev.txt constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt -c constraints.txt
	touch $(STAMP)

run: setup
	$(BIN)/python app.py

# A browser for the page's tests: one that is installed, else Debian's, else Playwright's own.
browser: setup
	command -v chromium chromium-browser google-chrome >/dev/null 2>&1 \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
	  || $(BIN)/python -m playwright install chromium \
	  || echo "no browser could be installed: browser tests will be skipped"

test: setup browser
	$(BIN)/python -m pytest

bench: setup
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench_streaming

# Exactly what would be pushed to a Hugging Face Space, in build/space, checked and started from there.
space: setup
	$(BIN)/python -m tools.space

# New broken inputs for SECONDS; every one that is not refused properly is printed.
SECONDS ?= 600
fuzz: setup
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

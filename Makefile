# make run: the page; make test: everything; make quick: what answers within a minute and a half. Each builds what it lacks.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup run test quick bench lint js node-tools browser space fuzz faults load leak axe screenshots compiled

setup: $(STAMP)

$(STAMP): requirements.txt requirements-dev.txt constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt -c constraints.txt
	touch $(STAMP)

run: setup
	$(BIN)/python app.py

# A browser for the page's tests: one that is installed, else Debian's, else Playwright's own.
browser: setup
	command -v chromium-headless-shell chromium chromium-browser google-chrome >/dev/null 2>&1 \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
	       && apt-get install -y -qq chromium-headless-shell >/dev/null; } \
	  || $(BIN)/python -m playwright install chromium \
	  || echo "no browser could be installed: browser tests will be skipped"

# The accessibility checker that browser tests run: fetched, not kept in the repository (MPL-2.0, 650 kB).
AXE := axe-core@4.14.1
axe: build/axe/package/axe.min.js
build/axe/package/axe.min.js:
	mkdir -p build/axe
	cd build/axe && npm pack --silent $(AXE) && tar xzf axe-core-*.tgz \
	  || echo "axe-core could not be fetched: accessibility tests will be skipped, or fail in CI"

# What UMAP has compiled for its first picture: two workers and their pages would each compile it, beside the tests.
COMPILED := $(VENV)/.compiled
compiled: $(COMPILED)
$(COMPILED): $(STAMP)
	$(BIN)/python -m tools.compiled
	touch $(COMPILED)

# A test file stays on one worker, so that what it starts is started once. There are as many workers as cores, and
# apps and trainings beside them: more than one thread each would wait for one another.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

# What `lint` and `js` say comes after the tests, beside which they run; whichever fails, make fails.
CHECKED = @mkdir -p build; $(MAKE) --no-print-directory -k lint js >build/checks.log 2>&1 & checks=$$!; \
	$(1); tests=$$?; wait $$checks; checks=$$?; cat build/checks.log; exit $$((tests || checks))

test: setup
	$(MAKE) --no-print-directory -j3 browser axe compiled
	$(call CHECKED,$(PYTEST))

# Everything but browsers, real trainings and what takes long.
quick: setup
	$(call CHECKED,$(PYTEST) -m "not browser and not slow")

bench: setup
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench_streaming

# Fifty visitors at once on a shared page while a training runs, five of them hostile, in two waves: a quarter of an hour.
load: setup
	$(BIN)/python -m tests.load --hostile 5

# What a page grows by over 300 explorations, 50 trajectories, 10 trainings and 20 comparisons: half an hour.
leak: setup
	$(BIN)/python -m tests.load --leak

# Exactly what would be pushed to a Hugging Face Space, in build/space, checked and started from there.
space: setup
	$(BIN)/python -m tools.space

# PAYLOADS to all that a running page exposes, then new broken inputs for SECONDS; every one that is not refused properly is printed.
SECONDS ?= 600
PAYLOADS ?= 10000
fuzz: setup
	$(BIN)/python -m tests.fuzz --page $(PAYLOADS) $(if $(SEED),--seed $(SEED))
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

# What breaks under a running page: one table of what is said, what is kept, and the seconds until it is well again.
faults: setup
	$(BIN)/python -m tests.faults $(ONLY)

# Every tab, wide and on a phone, light and dark, into docs/screenshots.
screenshots: setup browser
	$(BIN)/python -m tools.screenshots

# The page's scripts and styles: formatted and linted, type-checked, unit-tested.
js:
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory node-tools && npm run --silent check && npm test --silent; \
	elif [ "$(CI)" = true ]; then echo "npm is not installed: assets/js cannot be checked"; exit 1; \
	else echo "npm is not installed: assets/js was not checked (Node 20 or later brings it)"; fi

# The checkers of package-lock.json, installed anew where that file has changed. The page itself needs none of them.
node-tools:
	@cmp -s package-lock.json node_modules/.installed-lock.json \
	  || { npm ci --silent --no-audit --no-fund && cp package-lock.json node_modules/.installed-lock.json; }

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-logo

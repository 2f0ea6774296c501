# H-Hour. `make help` lists the commands; each is safe to run again and does only what has changed.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
# What Python has compiled is kept, even where the shell says otherwise: demo and tests start dozens of processes.
unexport PYTHONDONTWRITEBYTECODE

EXAMPLE ?= 3-02
SECONDS ?= 60
PORT ?= 5000
SERVE ?= 1
BENCH ?=
INSTANCES ?=
ATTACK ?=
LOCK ?=
KINDS ?=

OPERATION := examples/$(EXAMPLE).json
VENV := .venv
PY := $(VENV)/bin/python
TOOLS := $(VENV)/tools
PIP_INSTALL := -m pip install -qq --disable-pip-version-check --no-input --require-hashes
# A bundle (make bundle) brings its wheels and front-end files along: nothing is fetched, and Node.js is not needed.
BUNDLED := $(wildcard wheels/*.whl)
PIP := $(PY) $(PIP_INSTALL) $(if $(BUNDLED),--no-index --find-links wheels)
COMPILE := $(TOOLS)/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
# The first Python that is recent enough; PYTHON=/path/to/python chooses another.
PYTHON ?= $(shell for p in python3.11 python3 python3.12 python3.13; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$p; break; }; done)

# Tests run on every core; tests/conftest.py says in how many processes, tests/spreading.py says which of them beside each other.
PYTEST := $(PY) -m pytest -q -n auto --dist loadscope --no-loadscope-reorder

.PHONY: help setup demo serve lint fmt texts types cov lock audit sbom docs bundle test quick test-all plans bench attack chromium clean distclean

help:  ## this list
	@echo 'make COMMAND [NAME=value ...]'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
	@echo 'Names: EXAMPLE=$(EXAMPLE) SECONDS=$(SECONDS) PORT=$(PORT) SERVE=1|0 PYTHON=... BENCH="--help" ATTACK="--list"'

# -- set-up: a file named "ready" in each folder tells what it was made from ---------------------------------

setup: $(VENV)/ready $(VENV)/loops static/vendor/ready  ## Python packages and front-end files, nothing else

$(VENV)/made:
	@if [ -z "$(PYTHON)" ]; then \
	  echo 'H-Hour needs Python 3.11 or later and found none. Debian: apt-get install -y python3 python3-venv' >&2; \
	  echo '(or name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3)' >&2; exit 1; fi
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'H-Hour needs Python 3.11 or later; $(PYTHON) is' "$$($(PYTHON) --version 2>&1)." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  v=$$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
	  echo "$(PYTHON) cannot make virtual environments. Debian, as root: apt-get install -y $$v" >&2; exit 1; }
	@echo "Making the virtual environment $(VENV) with $(PYTHON)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/ready: requirements.lock $(VENV)/made
	@echo 'Fetching the Python packages of requirements.lock (once; a minute or two)'
	@$(PIP) -r requirements.lock
	@touch $@

$(VENV)/loops: $(wildcard planner/solver/routing/*.py planner/solver/first/*.py) $(VENV)/ready
	@echo 'Compiling the loops of the routing core (once; up to a minute)'
	@$(PY) -m planner.solver.routing
	@$(PY) -m planner.solver.first
	@touch $@

$(VENV)/ready-dev: requirements-dev.lock $(VENV)/ready
	@echo 'Fetching the Python packages of requirements-dev.lock (once)'
	@$(PIP) -r requirements-dev.lock
	@touch $@

$(TOOLS)/ready: requirements-tools.lock $(VENV)/made
	@echo 'Fetching the tools of requirements-tools.lock (once)'
	@$(PY) -m venv $(TOOLS)
	@$(TOOLS)/bin/python $(PIP_INSTALL) -r requirements-tools.lock
	@touch $@

define NODE_IS_THERE
command -v node >/dev/null && command -v npm >/dev/null || { \
  echo 'H-Hour needs Node.js 20 or later with npm to fetch its front-end files, and found none.' >&2; \
  echo 'Debian 13: apt-get install -y nodejs npm; elsewhere: the installers of nodejs.org' >&2; exit 1; }; \
node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || { \
  echo "H-Hour needs Node.js 20 or later to fetch its front-end files; this is $$(node --version)." >&2; exit 1; }
endef

# What pages are made of, and (for lint and tests only) what checks them.
node_modules/ready: package.json package-lock.json
	@$(NODE_IS_THERE)
	@echo 'Fetching the front-end packages of package-lock.json (once)'
	@npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

node_modules/ready-dev: package.json package-lock.json
	@$(NODE_IS_THERE)
	@echo 'Fetching the front-end packages of package-lock.json, with those of lint and tests (once)'
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch node_modules/ready $@

ifeq ($(BUNDLED),)
static/vendor/ready: node_modules/ready planner/render/vendor.py $(VENV)/made
	@$(PY) -m planner.render.vendor
	@touch $@
endif

# -- what people run ----------------------------------------------------------------------------------------

demo: setup  ## plan EXAMPLE, write out/, store it, make accounts, serve (PORT=5000; SERVE=0 does all but serve)
	@umask 077; mkdir -p out && chmod 700 out && \
	  $(PY) -m planner plan $(OPERATION) -o out/plan.json --seconds $(SECONDS) && \
	  $(PY) -m planner map $(OPERATION) out/plan.json -o out/map.html && \
	  $(PY) -m planner sheets $(OPERATION) out/plan.json -o out/sheets.pdf --lang en && \
	  $(PY) -m planner sheets $(OPERATION) out/plan.json -o out/sheets-zh.pdf --lang zh && \
	  chmod -R go= out
	@echo
	@echo 'Written, readable by you alone:'
	@echo '  out/plan.json      the plan'
	@echo '  out/map.html       the map: open it in a browser, it needs no network'
	@echo '  out/sheets.pdf     one assignment sheet per team; out/sheets-zh.pdf in Chinese'
	@$(PY) app.py upgrade
	@echo 'Accounts (their passwords are shown this once):'
	@$(PY) app.py demo $(OPERATION) out/plan.json
	@if [ "$(SERVE)" != 0 ]; then $(MAKE) serve; else echo 'See it in a browser: make serve'; fi

serve: setup  ## serve H-Hour at http://127.0.0.1:PORT; what is stored lies in data/
	@exec $(PY) app.py serve --port $(PORT)

test: node_modules/ready-dev setup $(VENV)/ready-dev chromium  ## lint, types and all tests but the slow ones (fetches Chromium where it may)
	@$(MAKE) -j2 lint quick  # types take a minute of one core

quick:
	@$(PYTEST) -m 'not slow' --hypothesis-profile quick

test-all: lint chromium  ## the slow tests too: kills, whole runs, brute force, both databases in full, long fuzz
	@$(PYTEST) --hypothesis-profile full

lint: node_modules/ready-dev setup $(VENV)/ready-dev  ## form, rules and types of the sources
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@node_modules/.bin/biome check --error-on-warnings static
	@node_modules/.bin/tsc -p .

fmt: $(VENV)/ready-dev  ## write the Python files in the one form
	@$(PY) -m ruff check --fix-only -q . && $(PY) -m ruff format .

texts: setup  ## the catalogue as sources ask for it: new sentences are added, dead ones go
	@$(PY) -m tools.texts

types: $(VENV)/ready-dev setup  ## types alone
	@$(PY) -m mypy

plans: setup $(VENV)/ready-dev  ## the plans that tests begin with, as the solver makes them now (KINDS="solved": only those)
	@$(PY) -m tests.kept_plans $(KINDS)

cov: setup $(VENV)/ready-dev chromium  ## tests with branch coverage of planner and models
	@$(PYTEST) -m 'not slow' --hypothesis-profile quick --cov=planner --cov=models --cov-branch --cov-report=term

lock: $(TOOLS)/ready  ## write the lock files anew from requirements*.txt, and NOTICE
	@$(COMPILE) $(LOCK) requirements.txt -o requirements.lock
	@$(COMPILE) $(LOCK) -c requirements.lock requirements-dev.txt -o requirements-dev.lock
	@$(COMPILE) $(LOCK) requirements-tools.txt -o requirements-tools.lock
	@$(MAKE) $(VENV)/ready && $(PY) -m tools.notice

audit: $(TOOLS)/ready  ## known holes in the locked packages; says so where no source of advisories answers
	@log=$$(mktemp); trap 'rm -f $$log' EXIT; said=0; \
	for lock in requirements.lock requirements-dev.lock; do \
	  $(TOOLS)/bin/pip-audit --disable-pip --require-hashes -r $$lock --progress-spinner off >$$log 2>&1 || said=1; \
	  grep -vE 'could not be audited|Skip Reason|^-+ -+$$' $$log; \
	  if grep -qE 'could not be audited|ConnectionError|ServiceError|Max retries|timed out|HTTPError' $$log; then \
	    echo "$$lock: no source of advisories answers for" $$(grep -c 'could not be audited' $$log) 'packages: nothing is known of them.' >&2; said=3; fi; done; \
	npm audit --omit=dev --audit=true >$$log 2>&1 || said=1; cat $$log; \
	if grep -q 'npm error' $$log; then \
	  echo 'package-lock.json: no source of advisories answers; nothing was looked up.' >&2; said=3; fi; \
	exit $$said

sbom: $(TOOLS)/ready  ## out/sbom.json: the locked Python packages as CycloneDX, out/sbom-npm.json: those of pages
	@mkdir -p out
	@$(TOOLS)/bin/cyclonedx-py requirements requirements.lock --output-reproducible -o out/sbom.json
	@npm sbom --sbom-format cyclonedx --omit dev --package-lock-only >out/sbom-npm.json
	@echo 'out/sbom.json out/sbom-npm.json'

docs: $(VENV)/ready $(VENV)/ready-dev  ## docs/ as pages in out/docs, which open from disk; a dead link is an error
	@mkdir -p out && $(PY) -m mkdocs build --strict --quiet && echo out/docs/index.html

bundle: setup  ## out/h-hour-*.tar.gz: all that make demo needs, for a machine without a network
	@$(PY) -m tools.bundle

# Without its windows Chromium needs half the time for a test; where that package is not to be had, the whole one serves.
chromium:
	@if [ -x "$${CHROMIUM:-$$(command -v chromium-headless-shell)}" ] || ! command -v apt-get >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then as=; elif sudo -n true 2>/dev/null; then as='sudo -n'; else exit 0; fi; \
	echo 'Installing Chromium for the browser tests (once)'; \
	get="$$as env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends"; \
	log=$$(mktemp); { $$as apt-get update && { $$get chromium-headless-shell || $$get chromium; }; } >$$log 2>&1 || \
	  command -v chromium >/dev/null || \
	  { tail -n 3 $$log; echo 'Chromium could not be installed: the browser tests will be skipped.'; }; rm -f $$log

bench: setup  ## every example with seeds 1 to 3 (BENCH="--seconds 20 tiny": only that); replans, 50 readers, 500 kills; INSTANCES=FOLDER: outside benchmark
	@if [ -n "$(BENCH)" ]; then $(PY) -m planner.bench $(BENCH); else $(PY) -m planner.bench --seeds 3 --into docs/measured.md && \
	  $(PY) -m planner.bench replan --into docs/measured.md && if [ -n "$(INSTANCES)" ]; then \
	    $(PY) -m planner.bench outside --instances "$(INSTANCES)" --into docs/measured.md; fi && \
	  $(PY) -m web.bench && $(PY) -m jobs.bench; fi

attack: setup $(VENV)/ready-dev  ## attack a house of its own on this machine: tries and failures (ATTACK="--quick": a minute)
	@$(PY) -m web.attack $(ATTACK)

clean:  ## remove what was made from the sources: out/, caches (data/ stays)
	rm -rf out .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)/*' -not -path './node_modules/*' -exec rm -rf {} +

distclean: clean  ## remove the fetched packages too
	rm -rf $(VENV) node_modules static/vendor

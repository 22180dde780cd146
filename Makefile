# Nightjar. `make demo` and `make test` need Python 3.11 or newer, git and make; they do the rest.

PORT ?= 8000
DATA ?=
BACKUP ?=
KEY ?=
EXAMPLES ?= 2000
COMMIT ?= HEAD
INTO ?= var/release
SECONDS ?= 60
KILLS ?= 200
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help demo found restore run test quick postgres slow faults clocks explore lint audit bench release strings screens clean
.DEFAULT_GOAL := help

help: ## List these commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(READY): pyproject.toml uv.lock deploy/setup.sh $(wildcard locale/*/LC_MESSAGES/*.po resources/doctor/locale/*/LC_MESSAGES/*.po)
	@PYTHON=$(PYTHON) sh deploy/setup.sh

demo: $(READY) ## A network of fictional people and alerts, to try out: PORT=8000 DATA=directory
	@PORT=$(PORT) DATA="$(DATA)" $(BIN)/python -m deploy.demo

found: $(READY) ## Found a real, empty network, once: DATA=directory ORGANISATION="its first one"
	@DATA="$(DATA)" $(BIN)/python -m deploy.found

restore: $(READY) ## Bring a network back in a new directory: DATA=directory BACKUP=file KEY=file
	@DATA="$(DATA)" BACKUP="$(BACKUP)" KEY="$(KEY)" $(BIN)/python -m deploy.restore

run: $(READY) ## Serve the network that was founded in a directory: PORT=8000 DATA=directory
	@PORT=$(PORT) DATA="$(DATA)" $(BIN)/python -m deploy.run

test: $(READY) ## Every test: quick ones, then a real browser, then the seizure test
	@BIN=$(BIN) sh tests/run.sh

quick: $(READY) ## The quick tests only: under a minute on two quiet cores
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -q -n 2 -m "not thorough and not browser and not seizure"

postgres: $(READY) ## Quick and thorough tests on a PostgreSQL and a Redis that it starts itself
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m tests.stacks pytest -q -n 2 -m "not browser and not seizure" -rs

slow: $(READY) ## 200 slow connections for a minute, bare and behind Caddy and nginx: SECONDS=60
	@SLOW_SECONDS="$(SECONDS)" $(BIN)/pytest -q -s -rs tests/served/test_slow_connections.py

faults: $(READY) ## 200 kills during writes on each database, and every other fault: KILLS=200
	@KILLS="$(KILLS)" $(BIN)/pytest -q -s -rs tests/faults

clocks: $(READY) ## The quick tests in 400 days, on 29 February, on 1 January, across midnight, elsewhere
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m tests.clocks year_on leap_day new_year midnight zone

explore: $(READY) ## Property tests at random, for long: EXAMPLES=2000; each find becomes an @example
	@EXAMPLES="$(EXAMPLES)" $(BIN)/pytest -q -n 2 --hypothesis-profile=explore -m hypothesis

lint: $(READY) ## Style, types, layers, templates, translations, security lint
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/djade --check --target-version 5.2 $$(git ls-files 'templates/*.html')
	@NIGHTJAR_PEPPER_IN_DATA=1 $(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python deploy/strings.py check
	@$(BIN)/bandit -q -c pyproject.toml -r safety_app alerts resources

bench: $(READY) ## What pages cost, hit against miss, Lighthouse, many labels, a renewal of the keys
	-@$(BIN)/python -m bench.pages
	-@$(BIN)/python -m bench.growth
	-@$(BIN)/python -m bench.crowd
	-@$(BIN)/python -m bench.stylesheet
	-@$(BIN)/python -m bench.hit_or_miss
	-@$(BIN)/python -m bench.lighthouse
	@$(BIN)/python -m bench
	@$(BIN)/python -m bench.rotation

audit: $(READY) ## Known holes in what uv.lock names; passes, loudly, where nobody can be asked
	@$(BIN)/python -m deploy.release.audit

release: $(READY) ## Archive, list of parts, sums, signature: COMMIT=v0.2.0 INTO=directory KEY=file
	@$(BIN)/python -m deploy.release --commit "$(COMMIT)" --into "$(INTO)" $(if $(KEY),--key "$(KEY)")

strings: $(READY) ## Extract texts into locale/*/LC_MESSAGES/*.po
	@$(BIN)/python deploy/strings.py extract

screens: $(READY) ## Screenshots of the README, from a fresh demo
	@mkdir -p docs/screens && $(BIN)/pytest -q tests/browser/screens.py

clean: ## Remove everything that was built here
	rm -rf $(VENV) var

# One target for each thing one does. `make help` lists them.
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,$(shell $(name) -c 'import sys; sys.version_info >= (3, 11) and print("$(name)")' 2>/dev/null)))
BIN := .venv/bin
POSTGRES := $(BIN)/python -m tests.postgres
# More processes than cores: some wait for a disk, a server or a browser.
PYTEST := $(BIN)/python -m pytest -n 3 --dist loadgroup
# Clients that others made, from npm.
CLIENTS := tests/clients
# Tests of these rooms meet a database; the others need to run only once.
DATABASE_TESTS := tests/accounts tests/content tests/schema tests/journeys tests/scale
QUICK_TESTS := tests/test_architecture.py tests/test_documents.py tests/schema/test_printed_schema.py \
	tests/schema/test_ids.py tests/content/test_likes.py tests/bot/test_rules.py tests/bot/test_config.py

export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help demo serve test long scale check lint schema conformance lock clean

help:  ## say what there is
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

demo: .venv/.runtime .env  ## bring up a fresh network, run the bot by bot.yaml, prove it, stop
	@$(BIN)/python manage.py demo

serve: .venv/.runtime .env  ## run the network until Ctrl-C
	@$(BIN)/python manage.py serve

test: lint $(CLIENTS)/node_modules/.package-lock.json  ## every promise, on SQLite and on PostgreSQL
	$(PYTEST) -m "not long"
	$(POSTGRES) $(PYTEST) -m "database and not long" $(DATABASE_TESTS)

long: .venv/.dev  ## more of it: at size, at every moment, in every place
	$(PYTEST) -m long
	$(POSTGRES) $(PYTEST) -m "not any_database and (long or not database)" $(DATABASE_TESTS)

scale: .venv/.dev  ## how every list is read of 1,000,000 posts and 5,000,000 likes (`make test` has a twentieth)
	SCALE=1 $(POSTGRES) $(BIN)/python -m pytest -n 0 tests/scale

check: lint  ## the quick half of it, for every save
	$(BIN)/python -m pytest -q $(QUICK_TESTS)

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy .
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py check
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations --check --dry-run

schema: .venv/.dev  ## print the API to schema/schema.graphql, unless clients would break
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py print_schema schema/schema.graphql

conformance: .venv/.dev $(CLIENTS)/node_modules/.package-lock.json  ## print docs/conformance.md from a run of the tests that it is about
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python -c "import django, sys; django.setup(); from tests.conformance import main; sys.exit(main())"

lock: .venv/.dev  ## pin what pyproject.toml asks for, with hashes
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements.txt
	$(BIN)/uv pip compile pyproject.toml --group dev --constraint requirements.txt --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements-dev.txt

clean:  ## forget the environment and all data of `make serve` and `make demo`
	rm -rf .venv var $(CLIENTS)/node_modules

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing (Debian: apt-get install python3-venv)." >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.runtime: requirements.txt | .venv/bin/python
	$(BIN)/pip install --quiet --require-hashes -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt | .venv/bin/python
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@ .venv/.runtime

$(CLIENTS)/node_modules/.package-lock.json: $(CLIENTS)/package-lock.json
	@if command -v npm >/dev/null; then \
		npm ci --prefix $(CLIENTS) --ignore-scripts --loglevel error && touch $@; \
	else \
		echo "Tests with clients from npm need Node (Debian: apt-get install nodejs npm)." >&2; \
		test -z "$$CI"; \
	fi

.env:
	@umask 077 && $(BIN)/python -c 'import secrets; print("SECRET_KEY=" + secrets.token_urlsafe(48))' > $@
	@echo "wrote .env with a fresh SECRET_KEY; .env.example lists every setting"

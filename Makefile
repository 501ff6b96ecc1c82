# One Makefile for people and for CI. `make help` lists the targets.

PORT ?= 8000
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
LOOK := src/lenitive_web/static_built/collected-from.txt

.PHONY: help setup demo test lint audit bench docs clean lock browser screenshots messages test-postgres

help: ## List the targets.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  %-13s %s\n", $$1, $$2 }'

setup: $(READY) $(LOOK) ## Create .venv with everything for development; a second run does nothing.

demo: $(READY) $(LOOK) ## Serve a clinic of two dozen invented patients on this machine; prints address and accounts.
	@$(BIN)/lenitive serve --demo --port $(PORT)

# A file of tests stays on one worker, and so do those that need Spark: tests/conftest.py deals them out.
# Many tests start processes of their own: what Python compiled for one is there for the next.
test test-postgres: export PYTHONDONTWRITEBYTECODE =
test: $(READY) $(LOOK) browser ## Run the whole test suite on two cores.
	$(BIN)/pytest -n 2 --dist loadfile
	$(BIN)/python -m tests.web.postgres --gate -n 2

lint: $(READY) ## Check style, types, layers, the clinical entries, and known vulnerabilities of what is pinned.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/lenitive knowledge check
	$(BIN)/python .ci/audit

audit: $(READY) ## Ask OSV whether a pinned package has a known vulnerability; `make lint` asks too.
	$(BIN)/python .ci/audit

test-postgres: $(READY) $(LOOK) ## Run the tests of the clinic on a PostgreSQL of their own.
	$(BIN)/python -m tests.web.postgres

screenshots: $(READY) $(LOOK) browser ## Take pictures of every page, looked over with axe-core at three widths.
	$(BIN)/python -m tests.web.browser.screenshots build/screenshots

# Needs GNU gettext. A language is spoken once its catalogue is translated and `make messages` has compiled it.
messages: $(READY) ## Collect every text of the clinic for a language, and compile what is translated: SPOKEN=de.
	@test -n "$(SPOKEN)" || { echo "Say which language: make messages SPOKEN=de" >&2; exit 1; }
	mkdir -p src/lenitive_web/locale
	cd src/lenitive_web && DEBUG=yes DJANGO_SETTINGS_MODULE=lenitive_web.settings ../../$(BIN)/python -m django makemessages \
		--locale $(SPOKEN) --no-wrap --no-location
	cd src/lenitive_web && DEBUG=yes DJANGO_SETTINGS_MODULE=lenitive_web.settings ../../$(BIN)/python -m django compilemessages \
		--locale $(SPOKEN)

bench: $(READY) ## Measure speed beside the peers, checking every answer.
	$(BIN)/python -m bench

docs: $(READY) ## Build the documentation into site/; any warning is an error.
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

clean: ## Remove the environment, caches and everything built.
	rm -rf $(VENV) .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist site src/lenitive_web/static_built
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

lock: ## Recompile requirements.lock from pyproject.toml; UPGRADE=1 takes newer releases.
	@test -x $(BIN)/uv || { $(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet uv; }
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" \
		$(if $(UPGRADE),--upgrade) --output-file requirements.lock pyproject.toml

# The lock holds the build backend too, so the project itself is built in the environment, offline and from
# pinned code (--no-build-isolation), instead of in a throwaway one that would fetch the backend unpinned.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Lenitive needs Python 3.11 or later; say which with: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# The files of the look come from packages, never from the repository.
$(LOOK): $(READY) src/lenitive_web/frontend/collect.py src/lenitive_web/frontend/package-lock.json
	@$(BIN)/python -m lenitive_web.frontend
	@touch $@

# A real browser for the browser tests: quiet where there is one.
browser:
	@for name in chromium-headless-shell chromium chromium-browser google-chrome; do \
		if command -v $$name >/dev/null; then exit; fi; \
	done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium for the browser tests." >&2; \
		export DEBIAN_FRONTEND=noninteractive; \
		{ apt-get update -qq && { apt-get install -y -qq --no-install-recommends chromium-headless-shell fonts-liberation || \
			apt-get install -y -qq --no-install-recommends chromium fonts-liberation; }; } >/dev/null && exit; \
	fi; \
	echo "The browser tests need Chromium: install it (apt-get install chromium), then run this again." >&2; exit 1

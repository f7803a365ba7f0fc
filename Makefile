# Each target says what it does after its ##; `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run demo test check words bench screenshots pictures lock audit sbom
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
NO_PYTHON := kelisim: Python 3.11 or newer is needed: apt-get install python3 python3-venv
PREPARE := command -v python3 >/dev/null || { echo '$(NO_PYTHON)' >&2; exit 1; }; exec python3 -I scripts/prepare.py
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--custom-compile-command "make lock"
WORDS := site/kelisim/translations
export PYTHONPATH := site

help: ## list what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 20

run: ## start the site; the first time, install what it needs and set up a trial
	@$(PREPARE) run

demo: ## start the site with 500 made-up people, gone when it is stopped
	@$(PREPARE) demo

test: ## install what tests need, then run the checks and every test
	@$(PREPARE) tools browser acme proxy redis
	@$(MAKE) check
	$(BIN)/pytest -n 3 --dist worksteal

check: ## lint, formatting, types, and who imports whom
	@$(PREPARE) tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

words: ## gather the words to translate, and compile the translations
	@$(PREPARE) tools
	$(BIN)/pybabel -q extract -F babel.cfg -k lazy_gettext --add-location=file --sort-output -o .venv/messages.pot .
	$(BIN)/pybabel -q update -i .venv/messages.pot -d $(WORDS) -w 120 --no-fuzzy-matching --ignore-obsolete \
		--ignore-pot-creation-date
	$(BIN)/pybabel compile -d $(WORDS) --statistics

bench: ## measure the speed of the real server, in ratios of the same run
	@$(PREPARE) tools
	$(BIN)/python -m bench

screenshots: ## take the pictures of the README anew
	@$(PREPARE) tools browser
	$(BIN)/python bench/screenshots.py

pictures: ## take the pictures that tests compare pages with anew: look at what changed, then commit it
	@$(PREPARE) tools browser
	PICTURES=anew $(BIN)/pytest -q tests/browser/test_pictures.py

audit: ## ask whether a weakness is known in what is locked; needs pip-audit's service
	@$(PREPARE) tools audit
	$(BIN)/pip-audit --require-hashes --disable-pip --requirement requirements.txt

sbom: ## write the list of components, locked versions with hashes, as CycloneDX: sbom.json
	@$(PREPARE) tools
	$(BIN)/python scripts/sbom.py requirements.txt > sbom.json

lock: ## lock the newest versions that requirements*.in allow
	@$(PREPARE) tools uv
	$(LOCK) --upgrade requirements.in --output-file requirements.txt
	$(LOCK) --upgrade requirements-dev.in --output-file requirements-dev.txt

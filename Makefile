# What one can do here. `make help` lists it.
PYTHON ?= python3
BIN := .venv/bin
export PYTHONPATH := site:.
export HOST PORT DATA_DIR
# Python keeps what it compiled: the tests start it more than a hundred times.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: captions recommend run test lint format bench messages clean help

run: ## Start the site with its demo: HOST=, PORT= and DATA_DIR= change where
	@$(PYTHON) tools/setup.py
	@exec $(BIN)/python manage.py serve

captions: ## Let a machine write captions in English: installs faster-whisper and a model (150 MB)
	@$(PYTHON) tools/setup.py
	@$(BIN)/python tools/captions.py

recommend: ## Let courses be recommended by what others took and by what they teach (250 MB), now and every night
	@$(PYTHON) tools/setup.py --recommend
	@$(BIN)/python manage.py recommend_courses

test: ## Run every test; REQUIRE_SERVICES=1 makes leaving something out a failure
	@$(PYTHON) tools/setup.py --test
	@$(BIN)/python tools/run_tests.py $(ARGS)

lint: ## Check style, templates, layers, migrations, catalogues and production settings
	@$(PYTHON) tools/setup.py --test
	@$(BIN)/python tools/lint.py

format: ## Format Python and templates
	@$(BIN)/ruff check --fix -q . ; $(BIN)/ruff format . ; $(BIN)/djlint --reformat --quiet site/templates || true

bench: ## Run the benchmarks; each prints one JSON line and fails when its bar is missed
	@$(PYTHON) tools/setup.py --test
	@failed=0; for file in benchmarks/*.py; do $(BIN)/python $$file || failed=1; done; exit $$failed

messages: ## Collect new strings into the message catalogues
	@$(BIN)/python tools/catalogue.py update

clean: ## Remove what was installed here; data in var/ stays
	rm -rf .venv node_modules

help: ## Show this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

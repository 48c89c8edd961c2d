# Every command a person or CI runs. `make` alone lists them.
PORT ?= 8000
WORKERS ?= auto
PYTHON := .venv/bin/python
POSTGRES_URL ?= postgres://postgres@127.0.0.1:5432/cms
REDIS_URL ?= redis://127.0.0.1:6379/9
# The suite decides by itself where it runs; what a shell happens to export must not.
ALONE := env -u DATABASE_URL -u DELIVERY_DATABASE_URL -u CACHE_URL -u DJANGO_SETTINGS_MODULE

# Of `make deep`: every run tries other cases; SEED=... tries the same again.
ifndef SEED
SEED := $(shell od -An -N4 -tu4 /dev/urandom | tr -d ' ')
endif
DEEP = SEED=$(SEED) $(PYTHON) -m pytest --hypothesis-profile=many --hypothesis-seed=$(SEED) \
	--randomly-seed=$(SEED) --timeout 0
MANY_KILLS = KILLS=$(or $(KILLS),100) RACES=$(or $(RACES),50) PAGE_RACES=$(or $(PAGE_RACES),200)
ON_POSTGRES := DATABASE_URL=$(POSTGRES_URL) CACHE_URL=$(REDIS_URL)

.DEFAULT_GOAL := help
.PHONY: help run test test-postgres test-wagtail-8 test-browser test-readers test-portals test-conformance \
	migrated-postgres migrated-wagtail-8 \
	deep properties histories equal many kills faults fuzz clients coverage bench-slow \
	bench-backbone bench-http bench-syndication bench-live bench-login bench-pictures \
	lint format lock contract typescript graphiql bench ci tools

help: ## List the commands
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

run: ## Run everything on http://localhost:8000 (make run PORT=8123 for another port)
	@exec deploy/local/run $(PORT) $(shell echo $$PPID)

test: tools ## Run the tests: SQLite, no browser, no network
	@$(ALONE) $(PYTHON) -m pytest -n $(WORKERS) $(ARGS)

test-postgres: tools ## Run the same tests on PostgreSQL and Redis
	@$(ALONE) $(ON_POSTGRES) $(PYTHON) -m pytest -n $(WORKERS) $(ARGS)

test-wagtail-8: ## Run the same tests on the next Wagtail, in an environment of its own
	@deploy/local/prepare .ci/requirements-wagtail-8.txt .venv-wagtail-8
	@$(ALONE) .venv-wagtail-8/bin/python -m pytest -n $(WORKERS) $(ARGS)

# Playwright runs an event loop in the test's own thread, which Django takes for asynchronous code.
test-browser: tools ## Walk the journeys of an editor in Chromium
	@$(ALONE) DJANGO_ALLOW_ASYNC_UNSAFE=true $(PYTHON) -m pytest -n $(WORKERS) -m browser tests/browser $(ARGS)

test-readers: tools ## Read feeds and calendars with Debian's newsboat and khal
	@$(ALONE) $(PYTHON) -m pytest -m readers tests/readers $(ARGS)

test-portals: tools ## Follow the portal guide with its receivers in Python and TypeScript (needs Node)
	@$(ALONE) $(PYTHON) -m pytest -m portals tests/portals $(ARGS)

test-conformance: tools ## Let npm's graphql-http judge the live GraphQL endpoint (needs Node)
	@$(ALONE) $(PYTHON) -m pytest -m conformance tests/conformance $(ARGS)

migrated-postgres: tools ## Make the PostgreSQL database that the tests copy, where it is not made yet
	@$(ALONE) $(ON_POSTGRES) $(PYTHON) -m tests.databases

migrated-wagtail-8: ## Make the database that the tests on the next Wagtail copy, where it is not made yet
	@$(ALONE) .venv-wagtail-8/bin/python -m tests.databases

deep: properties histories equal many kills faults fuzz clients coverage ## Run the long proofs, with a random seed (SEED=... repeats one)

properties: tools ## Try many examples of every property test (EXAMPLES=5000)
	@echo "=== properties SEED=$(SEED)"
	@$(ALONE) EXAMPLES=$(or $(EXAMPLES),5000) $(DEEP) -n $(WORKERS) \
		tests/content/test_richtext.py tests/home/test_completeness.py tests/projects/test_status.py $(ARGS)

histories: tools ## Try many histories of edits (HISTORIES=1000, SHRINK=1 for the shortest that fails)
	@echo "=== histories SEED=$(SEED)"
	@$(ALONE) HISTORIES=$(or $(HISTORIES),1000) STALE_HISTORIES=$(or $(STALE_HISTORIES),50) $(DEEP) -n $(WORKERS) \
		tests/publishing/test_history.py tests/syndication/histories tests/api/cache/test_never_stale.py $(ARGS)

equal: tools ## Compare many compiled answers with those of the reference (EQUAL_CASES=20000)
	@echo "=== equal SEED=$(SEED)"
	@$(ALONE) EQUAL_CASES=$(or $(EQUAL_CASES),20000) $(DEEP) -n0 tests/publishing/compiled/test_equal.py $(ARGS)

many: tools ## Hold operations and lists to their budgets among 100 and 100,000 items
	@echo "=== many SEED=$(SEED)"
	@$(ALONE) $(DEEP) -n0 -m deep tests/contract/test_budgets.py tests/api/test_plans_of_lists.py $(ARGS)
	@$(ALONE) $(ON_POSTGRES) $(DEEP) -n0 -m deep tests/contract/test_budgets.py tests/api/test_plans_of_lists.py $(ARGS)

kills: tools ## Kill processes while they publish and deliver, and let them race (KILLS=100, RACES=50, PAGE_RACES=200)
	@echo "=== kills SEED=$(SEED)"
	@$(ALONE) $(ON_POSTGRES) $(MANY_KILLS) $(DEEP) -n0 -m "" tests/concurrency $(ARGS)
	@$(ALONE) $(MANY_KILLS) $(DEEP) -n0 -m "" tests/concurrency tests/publishing/archives/test_kills.py $(ARGS)

faults: tools ## Freeze and empty PostgreSQL and Redis beneath a live server, and pause a standby
	@echo "=== faults SEED=$(SEED)"
	@$(ALONE) $(ON_POSTGRES) $(DEEP) -n0 -m deep tests/faults $(ARGS)

fuzz: tools ## Send 5,000 strange requests, 200 slow clients and 40 that try passwords to a live server
	@echo "=== fuzz SEED=$(SEED)"
	@$(ALONE) FUZZ_REQUESTS=$(or $(FUZZ_REQUESTS),5000) $(DEEP) -n0 -m deep tests/fuzz $(ARGS)

clients: tools ## Read both languages through the caches of Apollo, urql and Relay (needs Node)
	@echo "=== clients"
	@$(ALONE) $(DEEP) -n0 -m deep tests/clients $(ARGS)

coverage: tools ## Run the tests and hold lines and branches to their floors
	@rm -f .coverage .coverage.*
	@$(ALONE) $(PYTHON) -m pytest -n $(WORKERS) --cov --cov-report= $(ARGS)
	@$(PYTHON) .ci/coverage_floor.py

bench-slow: tools ## Measure how servers do beside slow clients
	@$(ALONE) $(PYTHON) -m tests.bench.slow_clients

lint: tools ## Check style, types, imports, migrations, file lengths and timing in tests
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy .
	@.venv/bin/lint-imports
	@$(ALONE) $(PYTHON) manage.py makemigrations --check --dry-run
	@$(PYTHON) .ci/file_lengths.py
	@$(PYTHON) .ci/test_timing.py

format: tools ## Write files the way lint wants them
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

lock: ## Write requirements*.txt from pyproject.toml (make lock UPGRADE=1 takes the newest versions)
	@deploy/local/lock $(if $(UPGRADE),--upgrade)

contract: tools ## Write frontend_contract/schema.graphql and what is generated from it
	@$(ALONE) $(PYTHON) manage.py contract

typescript: ## Compile the generated TypeScript strictly (needs Node)
	@npx --yes --package typescript@5.9.3 tsc --strict --noEmit --target es2022 --module esnext \
		--moduleResolution bundler frontend_contract/example.ts

graphiql: ## Fetch GraphiQL's files again, in the versions of deploy/local/graphiql (needs Node)
	@deploy/local/graphiql

bench: bench-backbone bench-http ## Measure operations in process, and the endpoint over HTTP (QUICK=1)

bench-login: tools ## Measure what others get beside 40 strangers who try passwords (SECONDS=15)
	@$(ALONE) $(PYTHON) -m tests.bench.log_in

bench-backbone: tools ## Measure operations in process, beside plain grapple (QUICK=1, PROFILE=NewsList)
	@$(ALONE) $(PYTHON) -m tests.bench $(if $(QUICK),--quick) $(if $(PROFILE),--profile $(PROFILE))

bench-http: tools ## Measure the endpoint over HTTP, and write docs/benchmarks/http.md (QUICK=1, FULL=1)
	@$(ALONE) $(PYTHON) -m tests.bench.http $(if $(QUICK),--quick) $(if $(FULL),--full)

bench-syndication: tools ## Measure webhooks, sync and feeds, and write docs/benchmarks/syndication.md
	@$(ALONE) $(PYTHON) -m tests.bench.syndication $(if $(QUICK),--quick)

bench-live: tools ## Measure live updates (LISTENERS=1000)
	@$(ALONE) DJANGO_SETTINGS_MODULE=cms.settings.test $(PYTHON) -m tests.bench.live $(or $(LISTENERS),1000)

bench-pictures: tools ## Measure what uploads of ordinary and hostile pictures take
	@$(ALONE) $(PYTHON) -m tests.bench.pictures

ci: ## Run everything CI runs
	@.ci/run

tools:
	@deploy/local/prepare requirements-dev.txt

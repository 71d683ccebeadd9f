# 长春产业门户. `make run` starts it, `make test` tests it; both do all set-up themselves.

PYTHON ?= python3
PORT ?= 8000
BIND ?= 127.0.0.1
# An address to listen on everywhere is no address to visit.
LOCAL := $(if $(filter 0.0.0.0 ::,$(BIND)),127.0.0.1,$(BIND))
VENV := .venv
BIN := $(VENV)/bin
export PORT

.PHONY: run dev test test-sqlite test-postgres guide check bench lock clean
.DELETE_ON_ERROR:

run: $(VENV)/runtime ## serve the portal
	@BASE_URL="$${BASE_URL:-http://$(LOCAL):$(PORT)}" DJANGO_SETTINGS_MODULE=cms.settings.production \
	  $(BIN)/python manage.py serve --host $(BIND) --port $(PORT)

dev: $(VENV)/runtime ## serve it with reloading and error pages
	@BASE_URL="$${BASE_URL:-http://$(LOCAL):$(PORT)}" DJANGO_SETTINGS_MODULE=cms.settings.development \
	  $(BIN)/python manage.py serve --dev --host $(BIND) --port $(PORT)

test: test-sqlite test-postgres ## the whole suite, on both databases

test-sqlite: $(VENV)/development
	$(BIN)/python -m pytest -n 2

test-postgres: $(VENV)/development
	$(BIN)/python -m pytest -n 2 --postgres --ignore=tests/browser

guide: $(VENV)/development ## take the pictures of the editors' guide anew, needs a browser
	$(BIN)/python -m pytest -q --guide tests/browser/test_whole_way.py

check: $(VENV)/development ## lint, format, types, import rules, templates, settings, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy cms home industries
	$(BIN)/lint-imports
	git ls-files -co --exclude-standard -- '*.html' | xargs $(BIN)/djade --check --target-version 5.2
	DJANGO_SETTINGS_MODULE=cms.settings.production $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run

bench: $(VENV)/development ## queries and time per page type
	DJANGO_SETTINGS_MODULE=cms.settings.production BASE_URL=http://localhost $(BIN)/python -m tests.bench

lock: ## exact versions and hashes, needs uv
	uv pip compile pyproject.toml --extra cards --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -q -o requirements.txt
	uv pip compile pyproject.toml --extra cards --group dev -c requirements.txt --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -q -o requirements-dev.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "缺少 Python：请安装 Python 3.11 或更新的版本（或 PYTHON=路径 make run）。"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 太旧：需要 3.11 或更新的版本（可用 PYTHON=python3.12 make run 指定）。"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "无法创建虚拟环境：请安装 venv 模块（Debian/Ubuntu：apt install python3-venv），并确认本目录可写。"; exit 1; }

$(VENV)/runtime: requirements.txt | $(VENV)/bin/python
	@echo "正在安装依赖（只在第一次和升级后）……"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt || { echo "依赖没有装上：请检查能否访问 Python 软件包索引，然后重试。"; exit 1; }
	@touch $@

$(VENV)/development: requirements-dev.txt | $(VENV)/bin/python
	@echo "正在安装开发依赖（只在第一次和升级后）……"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt || { echo "依赖没有装上：请检查能否访问 Python 软件包索引，然后重试。"; exit 1; }
	@touch $@ $(VENV)/runtime

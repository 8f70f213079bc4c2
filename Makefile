# make book    set up what is needed and make the book into build/
# make test    format, lint, types, tests: needs PyPI and Pango, nothing else
# make check   make test and everything heavier (gs, qpdf, poppler-utils); this is what CI runs

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TOOLS := $(VENV)/.tools

.PHONY: book test check format clean

book: $(READY)
	$(BIN)/bookbuild build

test: $(READY)
	$(BIN)/ruff format --check src tests
	$(BIN)/ruff check src tests
	$(BIN)/mypy
	$(BIN)/pytest

check: test $(TOOLS)
	$(BIN)/pytest tests/heavy
	$(BIN)/python -m tests.clean_install

format: $(READY)
	$(BIN)/ruff format src tests
	$(BIN)/ruff check --fix src tests

clean:
	rm -rf build $(VENV)

$(TOOLS): tests/heavy/tools.sh
	tests/heavy/tools.sh
	touch $@

$(READY): pyproject.toml constraints.txt setup.sh
	./setup.sh $(PYTHON) $(VENV)
	touch $@

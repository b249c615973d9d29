# The two commands of a fresh machine: `make demo` and `make test`. They need Python 3.11 or newer with venv and pip.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STUDIO := $(BIN)/studio
COMMA := ,
DEMO_FLAGS ?=
# EXTRAS=languages also installs, and so tests, the other languages; their libraries are GPL.
EXTRAS ?=
# Three, since long tests wait for a browser, a microphone or a kill while others compute on two cores; each worker loads the
# models it needs once. By default xdist begins with the files of most tests, and the few long ones would come last, on one core.
TEST_WORKERS ?= 3

.PHONY: help demo test check serve bench peers format clean

help:
	@echo "make demo    render the sample story to mastered MP3s in demo/"
	@echo "make serve   open the studio at http://127.0.0.1:7860"
	@echo "make test    run every check and every test"
	@echo "make check   formatting, lint, types and import contracts only"
	@echo "make bench   print speed and memory figures"
	@echo "make peers   install other studios (1.5 GB, some AGPL) beside this one and compare the text side"

# Stamps remember what is installed; they are older than pyproject.toml after every change of it.
$(VENV)/.made:
	@echo "==> Creating the virtual environment $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	@touch $@

$(VENV)/.run: $(VENV)/.made pyproject.toml
	@echo "==> Installing the studio (about 800 MB the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	@echo "==> Installing the tools for tests"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev$(if $(EXTRAS),$(COMMA)$(EXTRAS))]'
	@touch $@

$(VENV)/.bench: $(VENV)/.dev
	@echo "==> Installing what the benchmarks compare with"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@touch $@

demo: $(VENV)/.run
	@$(STUDIO) demo --out demo $(DEMO_FLAGS)

serve: $(VENV)/.run
	@$(STUDIO) weights pull
	@$(STUDIO) serve --open

check: $(VENV)/.dev
	@echo "==> Format"
	@$(BIN)/ruff format --check .
	@echo "==> Lint"
	@$(BIN)/ruff check .
	@echo "==> Types"
	@$(BIN)/mypy
	@echo "==> Import contracts"
	@$(BIN)/lint-imports --no-cache

test: check
	@echo "==> Model files"
	@$(STUDIO) weights pull
	@echo "==> Tests"
	@$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder --durations=30

bench: $(VENV)/.bench
	@$(STUDIO) weights pull
	@$(BIN)/python benchmarks/start.py
	@$(BIN)/python benchmarks/engine.py
	@$(BIN)/python benchmarks/mastering.py
	@$(BIN)/python benchmarks/delivery.py
	@$(BIN)/python benchmarks/guide.py
	@$(BIN)/python benchmarks/g2p.py
	@$(BIN)/python benchmarks/spoken_form.py
	@$(BIN)/python benchmarks/structure.py
	@$(BIN)/python benchmarks/import_speed.py
	@$(BIN)/python benchmarks/attribution.py
	@$(BIN)/python benchmarks/fuzz.py
	@$(BIN)/python benchmarks/speaker_match.py
	@$(BIN)/python benchmarks/consent_ledger.py
	@$(BIN)/python benchmarks/consent_gate.py
	@$(BIN)/python benchmarks/withdrawal.py

# Apart from bench: it installs other projects' packages, into environments of their own in the user's cache.
peers: $(VENV)/.dev
	@$(BIN)/python benchmarks/peers.py

format: $(VENV)/.dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) demo

# Two commands on a fresh machine: `make run` and `make test`. Each builds .venv first.
# PYTHON=python3.12 make install picks another Python (3.11 or newer).

VENV := .venv
BIN := $(VENV)/bin
# Two dependencies come as source; they are built with the locked setuptools, not with one fetched unseen.
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-virtualenv --no-build-isolation --use-pep517

.PHONY: help install dev run demo test test-embedded lint bench crash rabbitmq postfix exim fuzz lock pictures clean

help:
	@echo "make run       start the desk          make demo      watch it work"
	@echo "make test      run every test          make lint      ruff and mypy"
	@echo "make test-embedded   those without PostgreSQL, Redis and Dovecot"
	@echo "make install   only build $(VENV)       make bench     measure it"
	@echo "make fuzz      feed it odd mail        make pictures  draw the guides' pictures"
	@echo "make crash     kill it, again and again    make lock  renew the lock files"
	@echo "make rabbitmq, make postfix, make exim     play it with these, where they are installed"
	@echo "make clean     remove what make made"

install: $(VENV)/.installed

dev: $(VENV)/.installed-dev

run: install
	@exec $(BIN)/maildesk run

demo: install
	@exec $(BIN)/maildesk demo

# Files of tests beside each other, with one worker more than there are cores; WORKERS=0 is one after the other.
WORKERS := auto
BESIDE := -n $(WORKERS) --dist loadfile --no-loadscope-reorder

test: dev
	@exec $(BIN)/python -m pytest $(BESIDE)

# What needs no server besides the desk's own process: this is what a Mac has.
test-embedded: dev
	@exec $(BIN)/python -m pytest $(BESIDE) --embedded

lint: dev
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: dev
	@exec $(BIN)/python -m tests.bench $(ARGS)

# Kill the desk twenty times a run while mail pours in; restart its database a dozen times, in order and by a crash.
crash: dev
	@MAILDESK_CRASH_ROUNDS=20 MAILDESK_RESTARTS=12 $(BIN)/python -m pytest -s tests/live/test_crash.py tests/live/test_restart.py

# Play the desk on RabbitMQ. It is not among the servers that `make test` needs, so its file is none that pytest finds alone.
rabbitmq: dev
	@exec $(BIN)/python -m pytest tests/live/play_rabbitmq.py

# The recipes of deploy/, on a real Postfix and a real Exim; as root, since they start as nobody else.
postfix: dev
	@exec $(BIN)/python -m pytest tests/live/play_postfix.py tests/live/play_hoster.py tests/live/play_setup.py

exim: dev
	@exec $(BIN)/python -m pytest tests/live/play_exim.py

fuzz: dev
	@exec $(BIN)/python -m tests.fuzz

pictures: dev
	@$(BIN)/python deploy/flow.py
	@$(BIN)/python deploy/structure.py
	@exec $(BIN)/python deploy/pictures.py

# Lock files with hashes, for every platform and Python, that name no package host.
# setuptools is locked too: with it pip installs this folder itself without asking the network.
COMPILE := uv pip compile --universal --generate-hashes --no-header --python-version 3.11
lock:
	@command -v uv >/dev/null || { echo "make lock needs uv (https://docs.astral.sh/uv/)"; exit 1; }
	echo 'setuptools>=77' | $(COMPILE) --upgrade --quiet --output-file requirements.lock pyproject.toml -
	echo '-c requirements.lock' | $(COMPILE) --upgrade --quiet --extra dev --output-file requirements-dev.lock pyproject.toml -

clean:
	rm -rf $(VENV) build dist maildesk.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find maildesk tests -name __pycache__ -type d -exec rm -rf {} +

$(BIN)/python:
	@deploy/make-venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "installing the locked packages"
	@sed -n '/^setuptools==/,/[^\\]$$/p' requirements.lock > $(VENV)/setuptools.lock
	@$(PIP) --require-hashes -r $(VENV)/setuptools.lock
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "installing the locked packages for tests and lint"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

# Everything a newcomer runs: `make demo`, `make test`. Needs Python 3.11+ and no more.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# tensorflow-cpu exists for x86-64 Linux; with an NVIDIA GPU, or elsewhere, take the full one.
TENSORFLOW := $(shell if [ "$$(uname -sm)" = "Linux x86_64" ] && ! command -v nvidia-smi >/dev/null 2>&1; then echo train-cpu; else echo train; fi)
STAMP := $(VENV)/.installed-$(TENSORFLOW)

.PHONY: demo test docs fuzz faults kills sbom lock lint format benchmarks pretrained pi clean

demo: $(STAMP)
	$(BIN)/python -m export.demo --out demo

test: $(STAMP)
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# The API reference, from the docstrings: build/docs/index.html.
docs: $(STAMP)
	$(BIN)/python -W error -m docs build/docs

# A million inputs that are nearly right, for all readers together.
COUNT ?= 1000000
fuzz: $(STAMP)
	$(BIN)/python -m tests.fuzz --count $(COUNT)

# Each call that touches the disk fails once, for all that writes files.
faults: $(STAMP)
	$(BIN)/python -m tests.faults
	$(BIN)/python -m tests.faults --training

# All that writes for long, killed at random moments, and cut off from power: an hour.
kills: $(STAMP)
	$(BIN)/python -m tests.faults.kills
	$(BIN)/python -m tests.faults.kills --power --only train --only train_prior

# What is installed here, as a CycloneDX bill of materials; the tool lives by itself.
sbom: $(STAMP)
	test -x build/tools/bin/cyclonedx-py || $(PYTHON) -m venv build/tools
	build/tools/bin/python -m pip install --quiet --disable-pip-version-check "cyclonedx-bom>=7,<8"
	build/tools/bin/cyclonedx-py environment --output-reproducible --pyproject pyproject.toml -o build/sbom.json $(BIN)/python

# locks/ anew, after a change of constraints.txt or of a dependency: what is installed
# here, with the hashes of all its files, for every system and Python from 3.11 on.
LOCK = build/tools/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --annotation-style line --custom-compile-command "make lock" -c constraints.txt
lock:
	test -x build/tools/bin/python || $(PYTHON) -m venv build/tools
	build/tools/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.13,<0.14"
	printf 'setuptools\nwheel\n' | $(LOCK) - -o locks/build.txt
	$(LOCK) pyproject.toml --extra edge --extra dev --extra train --no-emit-package tensorflow -o locks/common.txt
	echo tensorflow | $(LOCK) --no-deps - -o locks/train.txt
	echo tensorflow-cpu | $(LOCK) --no-deps - -o locks/train-cpu.txt

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

benchmarks: $(STAMP)
	for file in tests/benchmarks/bench_*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

# The shipped models of notes, again: hours, from the data in $VQKERAS_DATA. It takes
# priors that vqkeras.train_prior made; `general` has its own way, see CONTRIBUTING.md.
pretrained: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -c constraints.txt tinysoundfont
	$(BIN)/python -m export.zoo.pretrained

# Emulated Raspberry Pi: needs an x86-64 Debian host. PI_WORK keeps what it downloads.
PI_WORK ?= $(HOME)/.cache/vqkeras-pi
pi: $(STAMP)
	PYTHON=$(abspath $(BIN))/python bash tests/pi/run.sh $(PI_WORK)

# Only files whose hashes stand in locks/. setuptools comes first: it builds what has no
# wheel, and this package.
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
$(STAMP): pyproject.toml $(wildcard locks/*.txt)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(INSTALL) --require-hashes -r locks/build.txt
	$(INSTALL) --require-hashes --no-build-isolation -r locks/common.txt -r locks/$(TENSORFLOW).txt
	$(INSTALL) --no-deps --no-build-isolation -e .
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info

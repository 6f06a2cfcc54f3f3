# Two commands do all the set-up on a fresh machine: `make demo` and `make test`.
# PORT= and MODEL= are handed to the demo; PYTHON= names the interpreter that makes .venv.
PYTHON ?= python3
PIP = .venv/bin/python -m pip install --quiet -c constraints.txt

.PHONY: demo test lint audit soak clean

demo: .venv/.demo
	.venv/bin/playground demo $(if $(MODEL),--model $(MODEL)) $(if $(PORT),--port $(PORT))

# Two files of tests at a time, with a core for each: more threads than cores would only wait for each other.
test: lint
	OMP_NUM_THREADS=1 .venv/bin/python -m pytest -n 2 --dist loadfile

lint: .venv/.dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

# Known vulnerabilities of what is installed; needs the network, and says so where there is none.
audit: .venv/.dev
	.venv/bin/python .ci/audit.py

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one with: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

# A stamp for each set of extras, renewed when what has to be installed changes.
.venv/.demo .venv/.dev: .venv/.%: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) -e '.[$*]'
	touch $@

# Long runs of what the tests try briefly: hours together.
soak: .venv/.dev
	.venv/bin/python benchmarks/soak.py
	.venv/bin/python benchmarks/soak.py --frames 100000
	.venv/bin/python benchmarks/soak.py --cycles 1000
	.venv/bin/python benchmarks/soak.py --switches 200
	.venv/bin/python benchmarks/soak.py --page-minutes 20
	.venv/bin/python benchmarks/repeat.py
	PLAYGROUND_FUZZ=1000 .venv/bin/python -m pytest tests/fuzz --timeout 1800

clean:
	rm -rf .venv build dist

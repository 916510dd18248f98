# make run   start Poise here, with its data under POISE_DATA
# make test  everything that must hold, in one go (what .ci/run calls)
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
export POISE_DATA ?= $(CURDIR)/var

.PHONY: setup setup-dev run test walks check format lock train tones heads study bench recovery reliability order evaluate docs plots pictures clean
.DEFAULT_GOAL := help

help:
	@grep -E '^# make' Makefile | cut -c3-

# make setup  what `make run` and `make test` share; leaves .venv/bin/poise
setup: .venv/run.stamp

.venv/run.stamp: requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo 'Python cannot make a virtual environment here. On Debian run: apt-get install python3-venv'; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

setup-dev: .venv/dev.stamp

.venv/dev.stamp: .venv/run.stamp requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@sh tests/chromium.sh
	@touch $@

run: setup
	$(BIN)/poise serve --port $(PORT)

test: setup-dev check
	$(BIN)/pytest -n 2 --dist loadfile --ignore=tests/walks $(BESIDE:%=--ignore=%)
	@$(MAKE) --no-print-directory walks

# make walks  the walks in a browser, and beside them, as they leave a core idle, tests that take long; both must pass
BESIDE := tests/measurement tests/house tests/benchmarks tests/storage/test_simulees.py
walks: setup-dev
	@log=$$(mktemp); $(BIN)/pytest -q $(BESIDE) > $$log 2>&1 & beside=$$!; \
	  $(BIN)/pytest tests/walks; walked=$$?; wait $$beside; others=$$?; \
	  cat $$log; rm -f $$log; test $$walked -eq 0 && test $$others -eq 0

# make check  format, lint, types, arrows, library
check: setup-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/poise library check

# make format  put the code in its one shape
format: setup-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# make lock  refresh the locked requirements
lock: setup-dev
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --upgrade --extra web --extra build pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --upgrade --extra web --extra build --extra dev pyproject.toml -o requirements/dev.txt

# make train  teach the reader anew from the corpus: encoder (hours on one core, with torch), heads and report
train: .venv-train/train.stamp
	OMP_NUM_THREADS=1 PYTHONPATH=src .venv-train/bin/python -m poise.roleplay.training --encoder

# make tones  teach the heads of tone again, from public comments that lie beside the project
tones: setup-dev
	OMP_NUM_THREADS=1 $(BIN)/python -m poise.roleplay.training --tones

# make heads  calibrate the heads again on the scores in the repository, in some minutes
heads: setup-dev
	OMP_NUM_THREADS=1 $(BIN)/python -m poise.roleplay.training

.venv-train/train.stamp: requirements/train.txt
	@test -x .venv-train/bin/python || $(PYTHON) -m venv .venv-train
	.venv-train/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

# make study  the long studies whose printed results stand in the docs, for an hour
study: setup-dev
	OPENBLAS_NUM_THREADS=1 $(BIN)/python benchmarks/implied.py
	$(BIN)/poise simulate sittings --number 2000 --uncertain --blueprint complaints_desk
	$(BIN)/poise simulate sittings --number 2000 --uncertain --blueprint contact_centre
	$(BIN)/poise simulate sittings --number 400 --uncertain --blueprint complaints_screen
	$(BIN)/poise simulate sittings --number 400 --uncertain --blueprint contact_screen
	$(BIN)/poise simulate sittings --number 600
	$(BIN)/poise simulate sittings --number 200 --style faker=.2 --style careless=.2 --style extreme=.2

# make bench  measure Poise beside the peers that PyPI has, on one core, for half an hour; writes docs/benchmarks.md
bench: setup-dev .venv-bench/bench.stamp
	$(BIN)/python benchmarks/bench.py --peers .venv-bench/bin/python \
	  --page docs/benchmarks.md --picture docs/pictures/benchmarks.svg

.venv-bench/bench.stamp: benchmarks/peers.txt
	@test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# make recovery  simulate, calibrate, score and compare with the truth, for some minutes; writes docs/recovery.md
recovery: setup
	OPENBLAS_NUM_THREADS=1 $(BIN)/python benchmarks/recovery.py > docs/recovery.new
	mv docs/recovery.new docs/recovery.md

# make reliability  how many conversations a usable score needs, by made-up people; writes docs/reliability.md
reliability: setup
	OPENBLAS_NUM_THREADS=1 $(BIN)/python benchmarks/reliability.py > docs/reliability.new
	mv docs/reliability.new docs/reliability.md

# make order  let scripted representatives serve every customer, for some minutes; writes docs/representatives.md
order: setup
	OPENBLAS_NUM_THREADS=1 $(BIN)/python benchmarks/representatives.py > docs/representatives.new
	mv docs/representatives.new docs/representatives.md

# make evaluate  judge how replies are read and conversations rated, for some minutes; writes docs/evaluation.md
evaluate: setup
	OPENBLAS_NUM_THREADS=1 $(BIN)/python benchmarks/evaluate.py --page docs/evaluation.md

# make docs   write the reference from the source, and what the tutorial prints into it
docs: setup-dev
	$(BIN)/python docs/make_reference.py
	$(BIN)/python docs/make_api.py
	$(BIN)/python docs/run_pages.py docs/tutorial.md

# make plots  calibrate the shipped answers and draw the pictures of docs/calibration.md
FEW := S1WantCurse,S1DoCurse,S1WantScold,S1DoScold,S1WantShout,S1DoShout
ANSWERS := examples/verbal_aggression.csv
plots: setup-dev
	@mkdir -p build
	$(BIN)/poise calibrate $(ANSWERS) --without gender --out build/verbal_aggression.json
	$(BIN)/poise plot build/verbal_aggression.json --items $(FEW) --responses $(ANSWERS) --out docs/pictures/curves.svg
	$(BIN)/poise plot build/verbal_aggression.json --kind information --out docs/pictures/information.svg
	$(BIN)/poise plot build/verbal_aggression.json --kind map --responses $(ANSWERS) --out docs/pictures/item_map.svg

# make pictures  take the pictures of the README from the product itself
pictures: setup-dev
	POISE_PICTURES=docs/pictures $(BIN)/pytest tests/walks/test_pictures.py

clean:
	rm -rf .venv build dist

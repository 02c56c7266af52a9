# The commands of a working day. `make run` to see it, `make test` for everything the continuous integration runs.
SHELL := /bin/sh
CARGO ?= cargo
TOOLS := $(CURDIR)/target/tools/bin
export PATH := $(TOOLS):$(PATH)
FUZZ_SECONDS ?= 300
# The binary for the browser is that of the tests: other selections of crates would build everything a second time.
DEV_BINARY = $(CARGO) test --workspace --locked --no-run --quiet

.PHONY: help run build deb test check fmt lint unit licences bench endure fuzz web web-check e2e screenshots api-check ogc-check

help:
	@echo "make run      build and serve on http://127.0.0.1:3000 (fictional territory while there are no data)"
	@echo "make build    leave target/release/caloduc; make deb: a Debian package of it, with its service"
	@echo "make test     everything CI runs: format, lints, licences, tests"
	@echo "make check    format, lints, licences (no tests)"
	@echo "make e2e      the browser tests alone; make screenshots: the pictures of docs/"
	@echo "make bench    the measures of docs/benchmarks.md"
	@echo "make endure   the long tests: kills, full disks, large territories"
	@echo "make api-check  generated questions to the API, held against its description (schemathesis from PyPI)"
	@echo "make ogc-check  GDAL pages through /ogc"
	@echo "make fuzz     every fuzz target for FUZZ_SECONDS (default $(FUZZ_SECONDS))"

run: .need-cargo web
	$(CARGO) run --release --locked -p caloduc -- serve

build: .need-cargo web
	$(CARGO) build --release --locked -p caloduc

# A Debian package: the program, its service, its configuration.
deb: build
	@command -v cargo-deb >/dev/null 2>&1 || $(CARGO) install cargo-deb --locked --quiet --root target/tools
	cargo-deb -p caloduc --no-build --locked

test: check unit e2e

check: .need-cargo fmt web web-check lint licences

fmt:
	$(CARGO) fmt --all --check

lint:
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings

# The database of batches is tried on PostgreSQL too; Debian's is installed when it is absent and we are root.
.PHONY: .postgres
.postgres:
	@if [ ! -d /usr/lib/postgresql ] && ! command -v initdb >/dev/null 2>&1; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql >/dev/null; \
		else \
			echo "PostgreSQL is missing: its tests are NOT run (apt-get install postgresql)"; \
		fi; \
	fi

# nextest is quicker and isolates every test in its process; plain `cargo test` gives the same verdict.
unit: .postgres
	@if $(CARGO) nextest --version >/dev/null 2>&1; then \
		$(CARGO) nextest run --workspace --locked --no-fail-fast && \
		$(CARGO) test --workspace --locked --doc --quiet; \
	else \
		$(CARGO) test --workspace --locked --no-fail-fast; \
	fi

# Licences, bans and sources; `cargo fetch` first, since every platform's crates are looked at. cargo-deny is compiled
# once, into target/tools, when it is not there.
licences:
	@if ! command -v cargo-deny >/dev/null 2>&1; then \
		echo "cargo-deny is missing: compiling it once into target/tools (a few minutes)…"; \
		$(CARGO) install cargo-deny --locked --debug --quiet --root target/tools || \
		echo "cargo-deny could not be installed: licences and bans are NOT checked this time"; \
	fi
	@if command -v cargo-deny >/dev/null 2>&1; then \
		$(CARGO) fetch --locked --quiet && cargo-deny --offline --log-level error check licenses bans sources; \
	fi

# The pages' scripts, built by Vite into web/dist and from there into the binary. Without Node the pages work, without
# the map and the suggestions.
web: web/dist/map.js

web/dist/map.js: $(wildcard web/src/*.ts web/src/map/*.ts) web/package-lock.json web/vite.config.ts
	@if command -v npm >/dev/null 2>&1; then \
		cd web && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build -- --logLevel warn; \
	else \
		echo "Node.js is missing: the pages are built WITHOUT scripts (no map, no suggestions); install Node 20 or later"; \
	fi

web-check: web
	@if command -v npm >/dev/null 2>&1; then \
		cd web && { [ -d node_modules ] || npm ci --no-audit --no-fund --loglevel=error; } && npm run --silent check; \
	else \
		echo "Node.js is missing: the scripts of the pages are NOT checked"; \
	fi

# A real browser against the built binary. Debian's Chromium is installed when it is absent and we are root.
e2e: .need-cargo web
	@if ! command -v npm >/dev/null 2>&1; then \
		echo "Node.js is missing: the browser tests are NOT run"; exit 0; \
	fi; \
	if ! command -v chromium >/dev/null 2>&1 && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	fi; \
	if ! command -v chromium >/dev/null 2>&1; then \
		echo "Chromium is missing: the browser tests are NOT run (apt-get install chromium)"; exit 0; \
	fi; \
	$(DEV_BINARY) && cd e2e && npm ci --no-audit --no-fund --loglevel=error && node run.mjs ../target/debug/caloduc

# The pictures of the documentation.
screenshots: .need-cargo web
	$(DEV_BINARY) && cd e2e && npm ci --no-audit --no-fund --loglevel=error && node screenshots.mjs ../target/debug/caloduc

bench: .need-cargo
	@if [ -x bench/run ]; then bench/run; else $(CARGO) bench --workspace --locked; fi

# Long tests are marked #[ignore = "endure: …"].
endure: .need-cargo
	$(CARGO) test --workspace --release --locked --no-fail-fast -- --ignored --test-threads 1

# A property-based client of the served API: no server error, no answer, status or type that /api/openapi.json does not
# describe. Skips, and says so, when schemathesis cannot be installed.
api-check: .need-cargo
	$(DEV_BINARY) && bench/api-check.sh

# GDAL's OGC API client against the served /ogc. Skips, and says so, without GDAL.
ogc-check: .need-cargo
	$(DEV_BINARY) && bench/ogc-check.sh

fuzz: .need-cargo
	@command -v cargo-fuzz >/dev/null 2>&1 || { \
		echo "cargo-fuzz is missing: cargo install cargo-fuzz --locked"; exit 1; }
	@for target in $$(cd fuzz && RUSTC_BOOTSTRAP=1 cargo fuzz list); do \
		echo "== $$target"; \
		(cd fuzz && RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none "$$target" -- -max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=4096) || exit 1; \
	done

.PHONY: .need-cargo
.need-cargo:
	@command -v $(CARGO) >/dev/null 2>&1 || { \
		echo "Rust is missing: install it from https://rustup.rs, then run make again"; exit 1; }
	@command -v cc >/dev/null 2>&1 || { \
		echo "a C compiler is missing: apt-get install build-essential, then run make again"; exit 1; }

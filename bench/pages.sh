#!/bin/sh
# When is the largest content of each page painted, in a real browser on a phone's width with a processor four times
# slower? bench/pages.sh [ROUNDS]. Serves the demonstration territory with target/release/caloduc.
set -eu
cd "$(dirname "$0")/.."
binary=target/release/caloduc
[ -x "$binary" ] || { echo "bench/pages.sh: $binary is missing: make build"; exit 1; }
command -v npm >/dev/null 2>&1 || { echo "bench/pages.sh: Node.js is missing: skipped"; exit 0; }
command -v chromium >/dev/null 2>&1 || { echo "bench/pages.sh: Chromium is missing (apt-get install chromium): skipped"; exit 0; }
cd e2e
[ -d node_modules ] || npm ci --no-audit --no-fund --loglevel=error
node paint.mjs "../$binary" "${1:-7}"

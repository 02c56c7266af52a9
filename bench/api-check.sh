#!/bin/sh
# Asks the served API thousands of generated questions and holds the answers against its own description: bench/api-check.sh [BINARY]
# Serves a fictional edition; schemathesis comes from PyPI into target/tools/api-check.
set -eu
cd "$(dirname "$0")/.."
binary=${1:-target/debug/caloduc}
port=${PORT:-3918}
tools=target/tools/api-check
[ -x "$binary" ] || { echo "api-check: $binary is missing: cargo build -p caloduc"; exit 1; }
if [ ! -x "$tools/bin/schemathesis" ]; then
	command -v python3 >/dev/null 2>&1 || { echo "api-check: python3 is missing: skipped"; exit 0; }
	python3 -m venv "$tools" && "$tools/bin/pip" install --quiet schemathesis || {
		echo "api-check: schemathesis could not be installed from PyPI: skipped"; exit 0; }
fi
# An edition in service, so that its files and its history answer too.
work=$(mktemp -d)
"$binary" demo "$work/territory" >/dev/null 2>&1
"$binary" --data-dir "$work/data" import "$work/territory" --publish >/dev/null 2>&1
"$binary" --data-dir "$work/data" addresses build "$work/territory" >/dev/null 2>&1
"$binary" --data-dir "$work/data" serve --listen "127.0.0.1:$port" 2>/dev/null &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
base="http://127.0.0.1:$port"
for _ in $(seq 1 600); do
	"$tools/bin/python" -c "import urllib.request; urllib.request.urlopen('$base/donnees/latest/caloduc.gpkg')" 2>/dev/null && break
	sleep 0.1
done
SCHEMATHESIS_HOOKS=bench.api_check_hooks PYTHONPATH=. "$tools/bin/schemathesis" run "$base/api/openapi.json" --url "$base" --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
	--max-examples "${EXAMPLES:-50}" --seed 7 --suppress-health-check all --request-timeout 20 --workers 2

#!/bin/sh
# addok 1.3.2 on the questions that our own recall is measured on: `bench/addok.sh QUESTIONS.tsv ADRESSES.csv.gz`.
# Installs it in target/bench/addok with pip and uses the system's redis-server; says so and stops when one is missing.
set -eu
questions=$1
addresses=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$(dirname "$here")/target/bench
venv=$work/addok
mkdir -p "$work"

skip() { echo "addok: skipped, $1"; exit 0; }

command -v python3 >/dev/null 2>&1 || skip "python3 is missing (apt-get install python3 python3-venv)"
command -v redis-server >/dev/null 2>&1 || skip "redis-server is missing (apt-get install redis-server)"
if [ ! -x "$venv/bin/addok" ]; then
    python3 -m venv "$venv" 2>/dev/null || skip "python3 -m venv does not work (apt-get install python3-venv)"
    "$venv/bin/pip" install --quiet "setuptools<81" "addok==1.3.2" addok-fr addok-france addok-csv \
        || skip "pip could not install addok 1.3.2"
fi

# A Redis of our own, on a socket: no port is opened, nothing is kept.
run=$(mktemp -d)
redis-server --port 0 --unixsocket "$run/redis.sock" --save "" --appendonly no --dir "$run" >"$run/redis.log" 2>&1 &
redis=$!
trap 'kill "$redis" 2>/dev/null; rm -rf "$run"' EXIT INT TERM
for _ in 1 2 3 4 5 6 7 8 9 10; do
    [ -S "$run/redis.sock" ] && break
    sleep 0.3
done
[ -S "$run/redis.sock" ] || skip "redis-server did not start: $(tail -1 "$run/redis.log")"
export REDIS_SOCKET="$run/redis.sock" ADDOK_CONFIG_MODULE="$here/addok.conf.py"

"$venv/bin/python" "$here/addok-recall.py" documents "$addresses" "$run/documents.json"
start=$(date +%s)
"$venv/bin/addok" batch "$run/documents.json" >"$run/batch.log" 2>&1 || { tail -5 "$run/batch.log"; skip "the batch failed"; }
"$venv/bin/addok" ngrams >"$run/ngrams.log" 2>&1 || { tail -5 "$run/ngrams.log"; skip "the n-grams failed"; }
echo "addok 1.3.2: $(wc -l <"$run/documents.json") streets loaded in $(($(date +%s) - start)) s"
"$venv/bin/python" "$here/addok-recall.py" ask "$questions"

#!/bin/sh
# addok 1.3.2 on the questions that our own recall is measured on: `bench/addok.sh QUESTIONS.tsv ADRESSES.csv.gz`.
# Installs it in target/bench/addok with pip and uses the system's redis-server; says so and stops when one is missing.
set -eu
questions=$(realpath "$1")
addresses=$(realpath "$2")
cd "$(dirname "$0")/.."
skip() { echo "addok: skipped, $1"; exit 0; }
. bench/peers.sh
trap stop_addok EXIT INT TERM
start_addok "$addresses"
"$addok_venv/bin/python" bench/addok-recall.py ask "$questions"

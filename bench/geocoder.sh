#!/bin/sh
# The measures of the geocoder in docs/benchmarks.md: recall and speed on Paris and on a thousand fictional towns, an
# index of the size of France, and addok on the same questions when it can be installed.
#
# Real addresses are read from CALODUC_SHARED (default ../shared/data); without them that part is skipped.
# FRANCE=0 leaves out the index of the size of France (three minutes, 1.3 GB of disk), ADDOK=0 leaves out addok.
set -eu
cd "$(dirname "$0")/.."
: "${CALODUC_SHARED:=$(pwd)/../shared/data}"
export CALODUC_SHARED
work=target/bench
paris=$CALODUC_SHARED/ban/adresses-75.csv.gz
mkdir -p "$work"

cargo build --release --locked --quiet -p caloduc-geocoder --example recall --example speed --example france
cargo build --release --locked --quiet -p caloduc
examples=target/release/examples

echo "== Paris, 4 000 questions a class"
"$examples/recall" --write "$work/questions.tsv" 200
echo
"$examples/speed"

echo
echo "== a thousand fictional towns, 4 000 questions a class"
rm -rf "$work/towns"
"$examples/../caloduc" demo "$work/towns" --towns 1000 --addresses 1000000 >/dev/null
"$examples/recall" "$work/towns"
echo
"$examples/speed" "$work/towns"
rm -rf "$work/towns"

if [ "${FRANCE:-1}" = 1 ]; then
    echo
    echo "== an index of the size of France, 26 million made-up addresses"
    "$examples/france" 26000000 "$work/france.index"
    rm -f "$work/france.index"
fi

if [ "${ADDOK:-1}" = 1 ]; then
    echo
    echo "== addok 1.3.2 on Paris, 200 questions a class, one process"
    if [ -f "$paris" ]; then
        bench/addok.sh "$work/questions.tsv" "$paris"
    else
        echo "addok: skipped, no $paris"
    fi
fi

#!/bin/sh
# How long does the export of a national edition take, format by format, and how much memory in all? A fictional edition
# of that size is made in memory and exported to nowhere. Needs GNU time.
set -eu
cd "$(dirname "$0")/.."
${CARGO:-cargo} build --release --locked --quiet -p caloduc-formats --example national
/usr/bin/time -f "peak memory: %M kB, processor: %U s" target/release/examples/national "$@"

#!/bin/sh
# How long does the export of a national edition take, and how much memory? Writes a fictional one of that size, imports
# it, exports it in every format; prints wall time and peak memory. Needs the release binary and GNU time.
set -eu
cd "$(dirname "$0")/.."
caloduc=${CALODUC:-target/release/caloduc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
measure() {
    name=$1
    shift
    /usr/bin/time -f "%e s %M kB" -o "$work/time" "$@" >"$work/out" 2>"$work/err" || { cat "$work/err" >&2; exit 1; }
    awk -v name="$name" '{ printf "%s: %.1f s, %.0f MB\n", name, $1, $3 / 1000 }' "$work/time"
}
# Addresses are not exported: a few are enough.
"$caloduc" demo "$work/territory" --towns 35000 --addresses 35000 --networks 1033 --vertices 2200000 >/dev/null 2>&1
rm -f "$work"/territory/adresses-* "$work"/territory/lieux-dits-* "$work"/territory/communes-*
export CALODUC_DATA_DIR="$work/data"
measure "import" "$caloduc" import "$work/territory" --publish
for format in open-data geojson geopackage flatgeobuf geoparquet csv pmtiles; do
    measure "export $format" "$caloduc" export "$work/$format" --formats "$format"
done
measure "export, every format" "$caloduc" export "$work/all"
du -sh "$work/all" | cut -f1

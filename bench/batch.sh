#!/bin/sh
# Bulk tests by the command line: rows a second and memory of its own (anonymous, beyond the mapped files).
#
#   bench/batch.sh [DATA_DIR ADDRESSES.csv[.gz]…]
#
# DATA_DIR holds a release in service and an address index; ADDRESSES are files of the BAN whose rows are asked about.
# Without arguments, both are made of the real networks and of Paris in CALODUC_SHARED (default ../shared/data).
# ROWS (300 000), POINTS (1 000 000): how many rows; TASKSET: the processors, `0,1`.
set -eu
cd "$(dirname "$0")/.."
: "${CALODUC_SHARED:=$(pwd)/../shared/data}"
rows=${ROWS:-300000}
points=${POINTS:-1000000}
binary=$(pwd)/target/release/caloduc
[ -x "$binary" ] || { echo "bench/batch.sh: $binary is missing: make build"; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

if [ $# -gt 0 ]; then
    data=$1
    shift
else
    data=$work/data
    paris=$CALODUC_SHARED/ban/adresses-75.csv.gz
    [ -f "$paris" ] || { echo "bench/batch.sh: skipped, no $paris"; exit 0; }
    "$binary" --data-dir "$data" import "$CALODUC_SHARED/networks" --publish >/dev/null 2>&1
    "$binary" --data-dir "$data" addresses build "$paris" >/dev/null 2>&1
    set -- "$paris"
fi

# Clean rows, rows with the noise of real files (upper case, abbreviations, no postcode, a letter lost, a floor), points.
python3 - "$work" "$rows" "$points" "$@" <<'PY'
import gzip, itertools, random, sys
work, rows, points, *files = sys.argv[1:]
rows, points = int(rows), int(points)
random.seed(7)
# A fair draw of as many lines as are asked about, in one reading (reservoir): a country's files do not fit in memory.
kept, seen, columns = [], 0, None
for name in files:
    opened = gzip.open(name, "rt", encoding="utf-8") if name.endswith(".gz") else open(name, encoding="utf-8")
    with opened as lines:
        columns = next(lines).rstrip("\n").split(";")
        for line in lines:
            seen += 1
            if len(kept) < rows:
                kept.append(line)
            elif (at := int(random.random() * seen)) < rows:
                kept[at] = line
def named(line):
    row = dict(zip(columns, line.rstrip("\n").split(";")))
    return (row["numero"] + (" " + row["rep"] if row["rep"] else ""), row["nom_voie"],
            row["code_postal"], row["nom_commune"], row["lon"], row["lat"])
found = [named(line) for line in kept]
random.shuffle(found)
print(f"{len(found)} rows drawn from {seen} addresses")

def noisy(number, street, postcode, town):
    case = random.randrange(6)
    if case == 1: street, town = street.upper(), town.upper()
    if case == 2: street = street.replace("Avenue", "av").replace("Boulevard", "bd").replace("Rue", "r")
    if case == 3: postcode = ""
    if case == 4 and len(street) > 6:
        at = random.randrange(4, len(street))
        street = street[:at] + street[at + 1:]
    if case == 5: number = "Bat B 2e étage " + number
    return number, street, postcode, town

with open(f"{work}/clean.csv", "w") as clean, open(f"{work}/mixed.csv", "w") as mixed:
    clean.write("ref;adresse;cp;ville\n")
    mixed.write("ref;adresse;cp;ville\n")
    for n, row in enumerate(itertools.islice(itertools.cycle(found), rows)):
        clean.write(f"{n};{row[0]} {row[1]};{row[2]};{row[3]}\n")
        number, street, postcode, town = noisy(*row[:4])
        mixed.write(f"{n};{number} {street};{postcode};{town}\n")
with open(f"{work}/points.csv", "w") as out:
    out.write("ref;lon;lat\n")
    for n in range(points):
        *_, lon, lat = found[n % len(found)]
        out.write(f"{n};{float(lon) + random.uniform(-2e-3, 2e-3):.6f};{float(lat) + random.uniform(-2e-3, 2e-3):.6f}\n")
PY

measure() {
    name=$1 count=$2 input=$3 output=$4
    begin=$(date +%s.%N)
    ${TASKSET:+taskset -c "$TASKSET"} "$binary" --data-dir "$data" batch "$work/$input" -o "$work/$output" >/dev/null 2>"$work/said" &
    pid=$!
    peak=0
    while kill -0 "$pid" 2>/dev/null; do
        now=$(awk '/^RssAnon/ {print int($2 / 1024)}' "/proc/$pid/status" 2>/dev/null || echo 0)
        [ "${now:-0}" -gt "$peak" ] && peak=$now
        sleep 0.05
    done
    wait "$pid" || { cat "$work/said"; exit 1; }
    end=$(date +%s.%N)
    awk -v name="$name" -v count="$count" -v begin="$begin" -v end="$end" -v peak="$peak" \
        'BEGIN { s = end - begin; printf "| %-42s | %9d | %7.2f s | %9.0f | %5d MB |\n", name, count, s, count / s, peak }'
    rm -f "$work/$output"
}

echo "| what                                       |      rows |      time |    rows/s |   memory |"
echo "|--------------------------------------------|-----------|-----------|-----------|----------|"
measure "points, CSV to CSV" "$points" points.csv out.csv
measure "points, CSV to XLSX" "$points" points.csv out.xlsx
measure "points, CSV to GeoJSON" "$points" points.csv out.geojson
measure "points, CSV to Parquet" "$points" points.csv out.parquet
measure "addresses, clean, CSV to CSV" "$rows" clean.csv out.csv
measure "addresses, with noise, CSV to CSV" "$rows" mixed.csv out.csv
measure "addresses, clean, CSV to XLSX" "$rows" clean.csv out.xlsx
"$binary" --data-dir "$data" batch "$work/points.csv" -o "$work/points.xlsx" >/dev/null 2>&1
measure "points, XLSX to CSV" "$points" points.xlsx out.csv

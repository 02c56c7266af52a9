#!/bin/sh
# The same file of addresses tested by caloduc and by addok then PostGIS, in the same run: bench/batch-peers.sh [ROWS]
# Paris' address base and the real networks of CALODUC_SHARED (default ../shared/data). addok answers in as many processes as
# there are processors; PostGIS says for every row the nearest network and the priority areas around it, in one statement,
# which is its quickest way. Says so and stops when a peer is missing.
set -eu
cd "$(dirname "$0")/.."
skip() { echo "bench/batch-peers.sh: skipped, $1"; exit 0; }
. bench/peers.sh
: "${CALODUC_SHARED:=$(pwd)/../shared/data}"
rows=${1:-2000} # three thousand at most: caloduc is asked fifty times as many, and Paris has 158 048
binary=target/release/caloduc
[ -x "$binary" ] || { echo "bench/batch-peers.sh: $binary is missing: make build"; exit 1; }
paris=$CALODUC_SHARED/ban/adresses-75.csv.gz
[ -f "$paris" ] || skip "no $paris"
command -v ogr2ogr >/dev/null 2>&1 || skip "ogr2ogr is missing (apt-get install gdal-bin)"
work=$(mktemp -d)
trap 'stop_postgis; stop_addok; rm -rf "$work"' EXIT INT TERM
"$binary" --data-dir "$work/data" import "$CALODUC_SHARED/networks" --publish >/dev/null 2>&1
"$binary" --data-dir "$work/data" addresses build "$paris" >/dev/null 2>&1
"$binary" --data-dir "$work/data" export "$work/export" --formats geojson >/dev/null 2>&1

start_postgis
chmod 755 "$work"
ogr2ogr -q -f PostgreSQL "PG:host=$cluster user=postgres dbname=postgres" -t_srs EPSG:2154 -nln heat -nlt PROMOTE_TO_MULTI "$(find "$work/export" -name '*heat*.geojson' ! -name '*untraced*' | head -n 1)"
areas=$(find "$work/export" -name '*priority*.geojson' | head -n 1)
ogr2ogr -q -f PostgreSQL "PG:host=$cluster user=postgres dbname=postgres" -t_srs EPSG:2154 -nln areas -nlt PROMOTE_TO_MULTI "$areas"
echo "ANALYZE heat; ANALYZE areas;" | ask
start_addok "$paris"
python3 - "$paris" "$rows" "$work" <<'PY'
import csv, gzip, random, sys
paris, rows, work = sys.argv[1], int(sys.argv[2]), sys.argv[3]
random.seed(11)
with gzip.open(paris, "rt", encoding="utf-8") as lines:
    drawn = random.sample(list(csv.DictReader(lines, delimiter=";")), rows * 50)
def text(row): return f"{row['numero']}{' ' + row['rep'] if row['rep'] else ''} {row['nom_voie']}".strip()
def noisy(street):
    case = random.randrange(4)
    if case == 1: return street.upper()
    if case == 2: return street.replace("Avenue", "av").replace("Boulevard", "bd").replace("Rue", "r")
    at = random.randrange(len(street) // 2, len(street))
    return street[:at] + street[at + 1:] if case == 3 else street
for name, change in (("clean", lambda street: street), ("noisy", noisy)):
    with open(f"{work}/{name}.csv", "w") as few, open(f"{work}/{name}-many.csv", "w") as many:
        few.write("ref;adresse;cp;ville\n"); many.write("ref;adresse;cp;ville\n")
        for n, row in enumerate(drawn):
            line = f"{n};{change(text(row))};{row['code_postal']};{row['nom_commune']}\n"
            many.write(line)
            if n < rows: few.write(line)
PY
echo "| rows | who | geocoding | networks | rows/s | ratio |"
echo "|---|---|---|---|---|---|"
for name in clean noisy; do
    start=$(date +%s.%N)
    "$binary" --data-dir "$work/data" batch "$work/$name-many.csv" -o "$work/$name-out.csv" >/dev/null 2>&1
    ours=$(echo "$(date +%s.%N) $start $((rows * 50))" | awk '{printf "%.0f", $3 / ($1 - $2)}')
    start=$(date +%s.%N)
    "$addok_venv/bin/python" bench/addok-recall.py rows "$work/$name.csv" "$work/$name-points.tsv" >/dev/null 2>&1
    geocoding=$(echo "$(date +%s.%N) $start" | awk '{printf "%.2f", $1 - $2}')
    chmod 644 "$work/$name-points.tsv"
    seconds >/dev/null <<SQL
CREATE TABLE $name (id int, lon float8, lat float8);
\copy $name FROM '$work/$name-points.tsv'
SELECT p.id, n.key, n.distance, a.ogc_fid FROM (SELECT id, ST_Transform(ST_SetSRID(ST_MakePoint(lon, lat), 4326), 2154) AS at FROM $name) p
CROSS JOIN LATERAL (SELECT key, ST_Distance(wkb_geometry, p.at) AS distance FROM heat ORDER BY wkb_geometry <-> p.at LIMIT 1) n
LEFT JOIN areas a ON ST_Intersects(a.wkb_geometry, p.at);
SQL
    echo "$rows $geocoding $spent $ours $name" | awk '{
        peers = $1 / ($2 + $3)
        printf "| %s | caloduc, %d rows | | | %d | × %.0f |\n", $5, $1 * 50, $4, $4 / peers
        printf "| %s | addok, two processes, then PostGIS, %d rows | %.2f s | %.2f s | %.0f | 1 |\n", $5, $1, $2, $3, peers }'
done

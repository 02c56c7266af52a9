#!/bin/sh
# The same networks and points asked of PostGIS: loading, one set-based statement over all points, one query a point.
# Usage: bench/postgis.sh FOLDER, where `caloduc-bench engine FOLDER` left networks.tsv and points.tsv. Skips, saying so,
# when PostgreSQL with PostGIS is not installed (Debian: apt-get install postgresql postgresql-15-postgis-3).
set -eu
folder=$(realpath "$1")
echo "## PostGIS on the same networks and points"
echo
cd "$(dirname "$0")/.."
skip() { echo "Skipped: $1."; exit 0; }
. bench/peers.sh
trap stop_postgis EXIT INT TERM
start_postgis
chmod 755 "$folder" && chmod 644 "$folder"/*.tsv
seconds <<SQL
CREATE TABLE networks (key text, geom geometry);
\copy networks FROM '$folder/networks.tsv'
CREATE TABLE points (id int, geom geometry);
\copy points FROM '$folder/points.tsv'
CREATE INDEX ON networks USING gist (geom);
ANALYZE networks;
SQL
loading=$spent
points=$(wc -l < "$folder/points.tsv")
seconds <<SQL >/dev/null
SELECT p.id, n.key, ST_Distance(p.geom, n.geom) FROM points p
CROSS JOIN LATERAL (SELECT key, geom FROM networks ORDER BY networks.geom <-> p.geom LIMIT 1) n;
SQL
set_based=$spent
awk 'NR <= 500 {print "SELECT key, ST_Distance(geom, \x27" $2 " " $3 "\x27::geometry) FROM networks ORDER BY geom <-> \x27" $2 " " $3 "\x27::geometry LIMIT 1;"}' \
    "$folder/points.tsv" > "$folder/each.sql"
seconds < "$folder/each.sql" >/dev/null
each=$spent
echo "| | seconds | points a second |"
echo "|---|---|---|"
echo "| load and index | $loading | |"
echo "$set_based $points" | awk '{printf "| one statement, LATERAL <->, %d points | %.2f | %.0f |\n", $2, $1, $2 / $1}'
echo "$each" | awk '{printf "| one query a point, 500 points | %.2f | %.0f |\n", $1, 500 / $1}'
echo

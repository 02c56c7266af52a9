#!/bin/sh
# Does GDAL page through /ogc, with the right counts, systems and filters? The fictional territory is served, and what
# GDAL reads is held against what the service says. Skips, and says so, without GDAL's tools.
set -eu
cd "$(dirname "$0")/.."
for tool in ogrinfo ogr2ogr curl; do
    command -v "$tool" >/dev/null 2>&1 || { echo "$tool is missing (apt-get install gdal-bin curl): /ogc is NOT checked with GDAL"; exit 0; }
done
if ! ogrinfo --formats | grep -q OAPIF; then
    echo "this GDAL has no OAPIF driver: /ogc is NOT checked with it"
    exit 0
fi
dir=$(mktemp -d)
port=${PORT:-3471}
base=http://127.0.0.1:$port
"${1:-target/debug/caloduc}" --data-dir "$dir/data" serve --demo --listen "127.0.0.1:$port" 2>"$dir/log" &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$dir"' EXIT INT TERM
for _ in $(seq 100); do
    curl -sf "$base/health/ready" >/dev/null && break
    sleep 0.2
done
failed=0
wrong() { echo "WRONG: $1"; failed=1; }
for layer in heat heat-untraced cold cold-untraced projects project-zones priority-areas communes; do
    said=$(curl -s "$base/ogc/collections/$layer/items?limit=1" | sed 's/.*"numberMatched":\([0-9]*\).*/\1/')
    # Pages of two features, so that the links are followed.
    read=$(ogr2ogr -f CSV /vsistdout/ "OAPIF:$base/ogc" "$layer" -oo PAGE_SIZE=2 -select id | tail -n +2 | wc -l | tr -d ' ')
    [ "$said" = "$read" ] || wrong "$layer: $said features said, $read read"
    echo "$layer: $read features"
done
count() { ogrinfo -so -al "$@" 2>/dev/null | sed -n 's/^Feature Count: //p'; }
ogrinfo -so -al "OAPIF:$base/ogc" heat | grep -q 'Geometry: Multi Line String' || wrong "heat is not lines"
filtered=$(ogr2ogr -f CSV /vsistdout/ "OAPIF:$base/ogc" heat -where "renewable_rate_pct > 60" -select id | tail -n +2 | wc -l | tr -d ' ')
said=$(curl -s "$base/ogc/collections/heat/items?filter=renewable_rate_pct%3E60&limit=1" | sed 's/.*"numberMatched":\([0-9]*\).*/\1/')
[ "$filtered" = "$said" ] || wrong "filter: $said said, $filtered read"
curl -s "$base/ogc/collections/heat/items?f=fgb" -o "$dir/heat.fgb"
all=$(curl -s "$base/ogc/collections/heat/items?limit=1" | sed 's/.*"numberMatched":\([0-9]*\).*/\1/')
[ "$(count "$dir/heat.fgb")" = "$all" ] || wrong "FlatGeobuf: not $all features"
curl -s "$base/ogc/collections/heat/items?crs=http://www.opengis.net/def/crs/EPSG/0/2154" -o "$dir/heat.geojson"
ogrinfo -so -al "$dir/heat.geojson" | grep -q '^Extent: ([0-9]\{5,6\}\.' || wrong "Lambert-93 has no metres"
[ "$failed" = 0 ] && echo "GDAL $(ogrinfo --version | cut -d, -f1 | cut -d' ' -f2) reads /ogc"
exit $failed

#!/bin/sh
# Requests a second and p99 over HTTP at 1, 8 and 32 connections: bench/http.sh [DATA_DIR]
# Serves DATA_DIR (the demonstration territory when not given) with target/release/caloduc and asks with wrk (apt-get
# install wrk). Tiles are asked warm (kept once drawn) and cold (cache off), and of martin with its cache off over the same
# networks in PostGIS, when martin (cargo install martin), PostGIS and ogr2ogr are there. SECONDS_EACH: of each measure.
set -eu
cd "$(dirname "$0")/.."
skip() { echo "bench/http.sh: $1"; exit 0; }
. bench/peers.sh
command -v wrk >/dev/null 2>&1 || skip "skipped, wrk is missing (apt-get install wrk)"
binary=target/release/caloduc
[ -x "$binary" ] || { echo "bench/http.sh: $binary is missing: make build"; exit 1; }
seconds=${SECONDS_EACH:-5}
port=${PORT:-3917}
base="http://127.0.0.1:$port"
data=${1:-}
scripts=$(mktemp -d)
server= martin=
stop() { [ -z "$1" ] || { kill "$1" 2>/dev/null && wait "$1" 2>/dev/null || true; }; }
trap 'stop "$server"; stop "$martin"; stop_postgis; rm -rf "$scripts"' EXIT

# Starts the service; $first is how long it took from the command to an answer, milliseconds.
serve() {
	begin=$(date +%s%N)
	if [ -n "$data" ]; then
		"$binary" --data-dir "$data" serve --listen "127.0.0.1:$port" 2>/dev/null &
	else
		"$binary" --data-dir "$scripts/data" serve --demo --listen "127.0.0.1:$port" 2>/dev/null &
	fi
	server=$!
	for _ in $(seq 1 3000); do
		curl -sf "$base/api/v1/eligibility?lat=48.85&lon=2.35" >/dev/null && { first=$((($(date +%s%N) - begin) / 1000000)); return; }
		sleep 0.01
	done
	echo "bench/http.sh: the service did not answer"
	exit 1
}
resident() { awk '/^RssAnon/ { own = $2 } /^VmRSS/ { all = $2 } END { printf "%d MiB resident, %d MiB of it its own (the rest is mapped files)", all / 1024, own / 1024 }' "/proc/$server/status"; }
# A line of the table for each number of connections: measure NAME SCRIPT BASE
measure() {
	[ -f "$scripts/$2.lua" ] || return 0
	for connections in 1 8 32; do
		wrk -t 1 -c $connections -d "${seconds}s" -s "$scripts/$2.lua" "$3" |
			awk -v n="$1" -v c=$connections '/^RESULT/ { printf "| %s | %s | %s | %s | %s |\n", n, c, $2, $3, $4 }'
	done
}

serve
echo "start to first answer: $first ms; $(resident)"
# Questions: points and texts of what is served, and the tiles z6 to z16 over its densest network.
python3 - "$base" "$scripts" <<'PY'
import json, math, random, sys, urllib.parse, urllib.request
base, folder = sys.argv[1:]
get = lambda path: json.load(urllib.request.urlopen(base + path))
random.seed(7)
quote = urllib.parse.quote
count = lambda shape: 1 if not isinstance(shape[0], list) else sum(map(count, shape))
networks = [get("/api/v2/networks/" + quote(network["key"]) + "?geometry=true")
            for network in get("/api/v2/networks?table=heat&limit=300")["networks"]]
networks = [network for network in networks if network["bounds"] and network["traced"]]
inside = lambda box: (random.uniform(box["west"], box["east"]), random.uniform(box["south"], box["north"]))
points = [inside(random.choice(networks)["bounds"]) for _ in range(2000)]
labels = []
for lon, lat in points[:300]:
    labels += [f["properties"]["label"] for f in get(f"/geocodage/reverse?lon={lon}&lat={lat}&limit=1").get("features", [])]
densest = max(networks, key=lambda network: count(network["geometry"]["coordinates"]))
middle = [inside(densest["bounds"]) for _ in range(300)]
tiles = set()
for z in range(6, 17):
    for lon, lat in middle:
        n = 2 ** z
        x = int((lon + 180) / 360 * n)
        y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n)
        tiles.add((z, x, y))
print(f"tiles: {len(tiles)}, z6 to z16, over {densest['name']}, {count(densest['geometry']['coordinates'])} vertices")
tiles = sorted(tiles)
random.shuffle(tiles)
lists = {
    "v1": [f"/api/v1/eligibility?lat={lat}&lon={lon}" for lon, lat in points],
    "v2-q": [f"/api/v2/eligibility?q={quote(label)}" for label in labels],
    "autocomplete": [f"/geocodage/search?q={quote(label[:random.randint(5, 12)])}&limit=6" for label in labels],
    "tiles": [f"/tiles/heat/{z}/{x}/{y}.mvt" for z, x, y in tiles],
    "martin": [f"/heat/{z}/{x}/{y}" for z, x, y in tiles],
}
for name, paths in lists.items():
    if not paths: continue
    lua = "local paths = {\n" + "".join(f"  {json.dumps(path)},\n" for path in paths) + "}\n"
    lua += 'local turn = 0\nrequest = function()\n  turn = turn % #paths + 1\n  return wrk.format("GET", paths[turn], {["Accept-Encoding"] = "gzip"})\nend\n'
    lua += 'done = function(summary, latency)\n  io.write(string.format("RESULT %.0f %.2f %d\\n", summary.requests / summary.duration * 1e6, latency:percentile(99) / 1000, summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout))\nend\n'
    open(f"{folder}/{name}.lua", "w").write(lua)
PY
echo "| question | connections | requests/s | p99 ms | errors |"
echo "|---|---|---|---|---|"
measure "/api/v1/eligibility" v1 "$base"
measure "/api/v2/eligibility?q=" v2-q "$base"
measure "suggestions while typing" autocomplete "$base"
measure "tiles, warm" tiles "$base"
echo "after these questions: $(resident)"
curl -s "$base/ogc/collections/heat/items?limit=10000" >"$scripts/heat.geojson"
stop "$server"
export CALODUC_MAP__TILE_CACHE_BYTES=0
serve
measure "tiles, cold" tiles "$base"
# What a map of the whole country asks first.
for tile in 4/8/5 5/16/11 6/32/22 7/64/44; do
	curl -s -o /dev/null -w "cold tile $tile: %{time_total} s, %{size_download} bytes\n" -H "Accept-Encoding: gzip" "$base/tiles/heat/$tile.mvt"
done
stop "$server"
server=
command -v martin >/dev/null 2>&1 || skip "martin is missing (cargo install martin): not measured beside it"
command -v ogr2ogr >/dev/null 2>&1 || skip "ogr2ogr is missing (apt-get install gdal-bin): not measured beside martin"
PEER_PORT=$((port + 1))
start_postgis
ogr2ogr -q -f PostgreSQL "PG:host=127.0.0.1 port=$PEER_PORT user=postgres dbname=postgres" "$scripts/heat.geojson" -nln heat -nlt PROMOTE_TO_MULTI -select id,key,name,renewable_rate_pct,classified,open_to_connections
echo "ANALYZE heat;" | ask
martin --listen-addresses "127.0.0.1:$((port + 2))" --cache-size 0 "postgresql://postgres@127.0.0.1:$PEER_PORT/postgres" >"$scripts/martin.log" 2>&1 &
martin=$!
for _ in $(seq 1 100); do
	curl -sf "http://127.0.0.1:$((port + 2))/health" >/dev/null && break
	sleep 0.1
done
measure "tiles, martin $(martin --version | cut -d' ' -f2), cache off" martin "http://127.0.0.1:$((port + 2))"
for tile in 4/8/5 5/16/11 6/32/22 7/64/44; do
	curl -s -o /dev/null -w "martin's tile $tile: %{time_total} s, %{size_download} bytes\n" -H "Accept-Encoding: gzip" "http://127.0.0.1:$((port + 2))/heat/$tile"
done

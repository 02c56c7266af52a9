#!/bin/sh
# Requests a second and p99 over HTTP at 1, 8 and 32 connections: bench/http.sh [DATA_DIR]
# Serves DATA_DIR (the demonstration territory when not given) with target/release/caloduc and asks with wrk (apt-get install wrk).
set -eu
cd "$(dirname "$0")/.."
command -v wrk >/dev/null 2>&1 || { echo "bench/http.sh: wrk is missing (apt-get install wrk): skipped"; exit 0; }
binary=target/release/caloduc
[ -x "$binary" ] || { echo "bench/http.sh: $binary is missing: make build"; exit 1; }
seconds=${SECONDS_EACH:-5}
port=${PORT:-3917}
if [ $# -gt 0 ]; then
	"$binary" --data-dir "$1" serve --listen "127.0.0.1:$port" 2>/dev/null &
else
	"$binary" serve --demo --listen "127.0.0.1:$port" 2>/dev/null &
fi
server=$!
scripts=$(mktemp -d)
trap 'kill $server 2>/dev/null; rm -rf "$scripts"' EXIT
base="http://127.0.0.1:$port"
ready=0
for _ in $(seq 1 300); do
	curl -sf "$base/health/ready" >/dev/null && { ready=1; break; }
	sleep 0.1
done
[ $ready = 1 ] || { echo "bench/http.sh: the service did not become ready"; exit 1; }

# Questions: points and texts of what is served, and the tiles z6 to z16 over the middle of its heat networks.
python3 - "$base" "$scripts" <<'PY'
import json, math, random, sys, urllib.parse, urllib.request
base, folder = sys.argv[1:]
get = lambda path: json.load(urllib.request.urlopen(base + path))
random.seed(7)
networks = get("/api/v2/networks?table=heat&limit=1000")["networks"]
boxes = []
for network in networks[:60]:
    box = get("/api/v2/networks/" + urllib.parse.quote(network["key"]))["bounds"]
    if box: boxes.append(box)
points = []
for _ in range(2000):
    box = random.choice(boxes)
    points.append((random.uniform(box["west"], box["east"]), random.uniform(box["south"], box["north"])))
labels = []
for lon, lat in points[:300]:
    features = get(f"/geocodage/reverse?lon={lon}&lat={lat}&limit=1").get("features", [])
    labels += [f["properties"]["label"] for f in features]
tiles = []
for z in range(6, 17):
    for lon, lat in points[:40]:
        n = 2 ** z
        x = int((lon + 180) / 360 * n)
        y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n)
        tiles.append(f"/tiles/heat/{z}/{x}/{y}.mvt")
quote = urllib.parse.quote
lists = {
    "v1": [f"/api/v1/eligibility?lat={lat}&lon={lon}" for lon, lat in points],
    "v2-q": [f"/api/v2/eligibility?q={quote(label)}" for label in labels] or None,
    "autocomplete": [f"/geocodage/search?q={quote(label[:random.randint(5, 12)])}&limit=6" for label in labels] or None,
    "tiles": sorted(set(tiles)),
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
for name in v1 v2-q autocomplete tiles; do
	[ -f "$scripts/$name.lua" ] || continue
	for connections in 1 8 32; do
		threads=1
		wrk -t $threads -c $connections -d "${seconds}s" -s "$scripts/$name.lua" "$base" |
			awk -v n="$name" -v c=$connections '/^RESULT/ { printf "| %s | %s | %s | %s | %s |\n", n, c, $2, $3, $4 }'
	done
done
awk '/^VmRSS/ { printf "resident memory of the service: %d MiB\n", $2 / 1024 }' "/proc/$server/status"

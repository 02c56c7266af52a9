# The peers that measures are taken beside, started and stopped: to be sourced, from the project's root, by a script
# that has set `skip` (says what is missing and leaves). Each start defines what is needed to ask, and `stop_…`.

# PostgreSQL with PostGIS, in a cluster of its own: $cluster, and `ask` runs the statements of stdin. With PEER_PORT it also
# listens on that port of the loopback, for user postgres without a password.
start_postgis() {
    pg_bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    if [ -z "$pg_bin" ] || ! ls /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1; then
        skip "PostgreSQL with PostGIS is missing (Debian: apt-get install postgresql postgresql-15-postgis-3)"
    fi
    cluster=$(mktemp -d)
    chmod 755 "$cluster"
    [ "$(id -u)" = 0 ] && chown postgres "$cluster"
    as_postgres "$pg_bin/initdb -D $cluster/data -A trust -U postgres >/dev/null"
    pg_listen="-c listen_addresses="
    [ -n "${PEER_PORT:-}" ] && pg_listen="-c listen_addresses=127.0.0.1 -p $PEER_PORT"
    as_postgres "$pg_bin/pg_ctl -D $cluster/data -o '-k $cluster $pg_listen -c shared_buffers=1GB -c fsync=off' -w start >/dev/null"
    echo "CREATE EXTENSION postgis;" | ask
}
as_postgres() { if [ "$(id -u)" = 0 ]; then su postgres -s /bin/sh -c "$*"; else sh -c "$*"; fi; }
ask() { as_postgres "$pg_bin/psql -q -h $cluster ${PEER_PORT:+-p $PEER_PORT} -U postgres -d postgres -v ON_ERROR_STOP=1 -At"; }
stop_postgis() { [ -z "${cluster:-}" ] || { as_postgres "$pg_bin/pg_ctl -D $cluster/data -m immediate stop >/dev/null"; rm -rf "$cluster"; cluster=; }; }
# Runs the statements of stdin; $spent is how many seconds they took.
seconds() {
    start=$(date +%s.%N)
    ask
    end=$(date +%s.%N)
    spent=$(echo "$end $start" | awk '{printf "%.3f", $1 - $2}')
}

# addok 1.3.2 with the French plugins, loaded with the streets of an address file: start_addok ADRESSES.csv.gz. It is in
# $addok_venv, its Redis on a socket: no port is opened, nothing is kept.
start_addok() {
    addok_venv=$(pwd)/target/bench/addok
    mkdir -p target/bench
    command -v python3 >/dev/null 2>&1 || skip "python3 is missing (apt-get install python3 python3-venv)"
    command -v redis-server >/dev/null 2>&1 || skip "redis-server is missing (apt-get install redis-server)"
    if [ ! -x "$addok_venv/bin/addok" ]; then
        python3 -m venv "$addok_venv" 2>/dev/null || skip "python3 -m venv does not work (apt-get install python3-venv)"
        "$addok_venv/bin/pip" install --quiet "setuptools<81" "addok==1.3.2" addok-fr addok-france addok-csv \
            || skip "pip could not install addok 1.3.2"
    fi
    addok_run=$(mktemp -d)
    redis-server --port 0 --unixsocket "$addok_run/redis.sock" --save "" --appendonly no --dir "$addok_run" >"$addok_run/redis.log" 2>&1 &
    redis=$!
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        [ -S "$addok_run/redis.sock" ] && break
        sleep 0.3
    done
    [ -S "$addok_run/redis.sock" ] || skip "redis-server did not start: $(tail -1 "$addok_run/redis.log")"
    export REDIS_SOCKET="$addok_run/redis.sock" ADDOK_CONFIG_MODULE="$(pwd)/bench/addok.conf.py"
    "$addok_venv/bin/python" bench/addok-recall.py documents "$1" "$addok_run/documents.json"
    start=$(date +%s)
    "$addok_venv/bin/addok" batch "$addok_run/documents.json" >"$addok_run/batch.log" 2>&1 || { tail -5 "$addok_run/batch.log"; skip "addok's batch failed"; }
    "$addok_venv/bin/addok" ngrams >"$addok_run/ngrams.log" 2>&1 || { tail -5 "$addok_run/ngrams.log"; skip "addok's n-grams failed"; }
    echo "addok 1.3.2: $(wc -l <"$addok_run/documents.json") streets loaded in $(($(date +%s) - start)) s"
}
stop_addok() { [ -z "${redis:-}" ] || { kill "$redis" 2>/dev/null; rm -rf "$addok_run"; redis=; }; }

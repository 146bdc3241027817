#!/usr/bin/env bash
# Seed 001: a chat where everybody hears everybody else, on the course's Python server and on labwire.
set -eu
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
peers=$(cd "$(dirname "$0")/../tests/peers" && pwd)
raw() { labwire connect "127.0.0.1:$1" --retry 50 --retry-delay 100ms --dialect raw "${@:2}"; }

echo "The course's server sends on the bytes as they are:"
python3 "$peers/seed001_server.py" 7010 > theirs.log &
raw 7010 --quiet --expect 'Is anybody there?' --send 'Yes, I am' --expect 'Good' & ben=$!
until grep -q connected theirs.log; do sleep 0.1; done
raw 7010 --send 'Is anybody there?' --expect 'Yes, I am' --send 'Good'
wait "$ben"
#> Yes, I am

echo "labwire says who spoke:"
labwire serve 127.0.0.1:7011 2> ours.log &
raw 7011 --quiet --expect 'Is anybody there?' --send 'Yes, I am' --expect 'Good' & ben=$!
until grep -q 'Client count: 1' ours.log; do sleep 0.1; done
raw 7011 --send 'Is anybody there?' --expect ': Yes, I am' --send 'Good'
wait "$ben"
#> guest…: Yes, I am

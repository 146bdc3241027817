#!/usr/bin/env bash
# Seed 004: what is sent comes back reversed, from the course's Python server and from labwire.
set -eu
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
peers=$(cd "$(dirname "$0")/../tests/peers" && pwd)

python3 "$peers/seed004_server.py" 7040 > theirs.log &
labwire echo-reverse 127.0.0.1:7041 2> ours.log &
for port in 7040 7041; do
  labwire connect "127.0.0.1:$port" --retry 50 --retry-delay 100ms --dialect raw \
    --send ADVANCE --expect ECNAVDA --send 'never odd or even' --expect 'neve ro ddo reven'
done
#> ECNAVDA
#> neve ro ddo reven
#> ECNAVDA
#> neve ro ddo reven

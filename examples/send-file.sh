#!/usr/bin/env bash
# A file from one participant of a room to another, while the room talks on.
set -eu
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT

mkdir -p inbox && echo 'by Ada' > report.txt
labwire serve 127.0.0.1:7170 2> server.log &
labwire connect 127.0.0.1:7170 --retry 50 --retry-delay 100ms --name Ron --accept-files inbox \
  --expect 'Ada: Did it arrive?' --send 'It did' > ron.log 2>&1 & ron=$!
until grep -q Ron server.log; do sleep 0.1; done
labwire connect 127.0.0.1:7170 --name Ada --send '/send Ron report.txt' --expect '/[Rr]on.*report/' \
  --send 'Did it arrive?' --expect 'It did'
wait "$ron"
cat inbox/report.txt
#> by Ada

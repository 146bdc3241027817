#!/usr/bin/env bash
# A server that is killed and comes back: the client comes back, too, under its name.
set -eu
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT

labwire serve 127.0.0.1:7220 2> first.log & first=$!
mkfifo typed
labwire connect 127.0.0.1:7220 --retry 50 --retry-delay 100ms --name Ada --reconnect \
  < typed 2> notes.log & ada=$!
exec 3> typed
until grep -q Ada first.log 2> /dev/null; do sleep 0.1; done
kill -9 "$first"
until grep 'connection lost' notes.log; do sleep 0.1; done
labwire serve 127.0.0.1:7220 --mode ack 2> second.log &
printf 'I am back\nexit\n' >&3
wait "$ada"
#> * connection lost (…); trying again in …
#> I am back ACK

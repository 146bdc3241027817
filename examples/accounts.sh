#!/usr/bin/env bash
# Everybody has an account and a role; an instructor moderates from where she sits; all is written down.
set -eu
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT

export LABWIRE_SECRET='correct horse battery staple'
LABWIRE_PASSWORD='ada has a long one' labwire passwd users Ada --role instructor
LABWIRE_PASSWORD='ben has another' labwire passwd users Ben
labwire serve 127.0.0.1:7130 --users users --secret --audit audit.jsonl 2> server.log &

LABWIRE_PASSWORD='ben has another' labwire connect 127.0.0.1:7130 --retry 50 --retry-delay 100ms \
  --user Ben --send 'Buy now!' --wait close > ben.log 2>&1 && code=0 || code=$? &
until grep -q Ben server.log; do sleep 0.1; done
LABWIRE_PASSWORD='ada has a long one' labwire connect 127.0.0.1:7130 --user Ada \
  --send '/kick Ben' --expect Ben
grep -o '"event":"[a-z]*"' audit.jsonl
#> "event":"listening"
#> "event":"kicked"

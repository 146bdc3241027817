#!/usr/bin/env bash
# A server on a socket in the file system: for this machine alone, without a port.
set -eu
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT

labwire echo-reverse unix:lab.sock --ready-file ready 2> server.log &
until [ -e ready ]; do sleep 0.1; done
labwire connect unix:lab.sock --send ADVANCE --expect ECNAVDA
printf 'stressed\n' | nc -N -U lab.sock
#> ECNAVDA
#> desserts

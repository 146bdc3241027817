#!/usr/bin/env bash
# A load test that looks at every answer: of a server that is right, and of one that is not what it
# should be.
set -eu
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT

labwire echo-reverse 127.0.0.1:7180 --ready-file ready 2> server.log &
until [ -e ready ]; do sleep 0.1; done
labwire bench 127.0.0.1:7180 --expect reverse --clients 20 --messages 500
#> clients    20 connected
#> messages   10,000 of 32 bytes sent, 10,000 answered, in … s
#> faults     none

labwire bench 127.0.0.1:7180 --expect echo --clients 2 --messages 5 || echo "exit code $?"
#> faults     10
#> exit code 1

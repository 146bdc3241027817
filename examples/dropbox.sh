#!/usr/bin/env bash
# Hand-ins: everybody puts files into a folder of their own name, and sees nobody's.
set -eu
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT

mkdir -p handins
labwire fileserver handins 127.0.0.1:7160 --dropbox --max-upload 10M 2> server.log &
for name in Ada Ben; do
  echo "by $name" > report.txt
  labwire put 127.0.0.1:7160 report.txt --name "$name" --retry 50 --retry-delay 100ms
done
cat handins/Ada/report.txt handins/Ben/report.txt
#> by Ada
#> by Ben
labwire put 127.0.0.1:7160 report.txt --name Ada || echo "exit code $?: it is not replaced"
#> exit code 1: it is not replaced

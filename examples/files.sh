#!/usr/bin/env bash
# One folder, one port: labwire fetches with proof, goes on where it broke off; curl and nc can, too.
set -eu
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT

mkdir -p shared/lab1 && echo 'read me' > shared/notes.txt && echo data > shared/lab1/a.txt
head -c 3000000 /dev/urandom > shared/big.bin
labwire fileserver shared 127.0.0.1:7150 --writable 2> server.log &
labwire ls 127.0.0.1:7150 --retry 50 --retry-delay 100ms
#> big.bin
#> lab1/
#> notes.txt

mkdir -p mine && head -c 2000000 shared/big.bin > mine/big.bin # a part of it is here already
labwire get 127.0.0.1:7150 big.bin --resume -o mine && cmp shared/big.bin mine/big.bin
labwire get 127.0.0.1:7150 -r lab1 -o mine && cat mine/lab1/a.txt
#> data

echo 'my report' > report.txt && labwire put 127.0.0.1:7150 report.txt
curl -s http://127.0.0.1:7150/report.txt
#> my report
printf 'get notes.txt\nexit\n' | nc -N 127.0.0.1 7150
#> read me

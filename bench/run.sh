#!/usr/bin/env bash
# Measures the Proxy beside its peers, in one run on this machine, and writes the figures to bench/RESULTS.md.
# Usage: ./bench/run.sh [seconds a round, 8 by default]
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
for tool in dotnet nginx haproxy wrk; do command -v "$tool" >/dev/null || missing+=("$tool"); done
if ((${#missing[@]})); then
  echo "bench/run.sh needs ${missing[*]} (apt-get install nginx-light haproxy wrk, and the .NET SDK 10)." >&2
  exit 2
fi

./publish.sh src/Proxy authproxy
./publish.sh bench/Forwarder forwarder
dotnet run --project bench/Runner -c Release -v q -- artifacts/published bench/RESULTS.md "${1:-8}"

#!/usr/bin/env bash
# Measures sessions in memory and in Redis, and how soon an end is known elsewhere, and writes the figures to bench/RESULTS.md.
# Usage: ./bench/sessions.sh [seconds a round, 8 by default]
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
for tool in dotnet nginx redis-server wrk; do command -v "$tool" >/dev/null || missing+=("$tool"); done
if ((${#missing[@]})); then
  echo "bench/sessions.sh needs ${missing[*]} (apt-get install nginx-light redis-server wrk, and the .NET SDK 10)." >&2
  exit 2
fi

./publish.sh src/Proxy authproxy
./publish.sh bench/Forwarder forwarder
dotnet run --project bench/Sessions -c Release -v q -- artifacts/published bench/RESULTS.md "${1:-8}"

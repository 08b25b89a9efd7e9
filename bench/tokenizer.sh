#!/usr/bin/env bash
# Measures the Tokenizer on PostgreSQL, with fsync and audit, beside pgbench on the same server, and writes the figures to bench/RESULTS.md.
# Usage: ./bench/tokenizer.sh [seconds a round, 8 by default]
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
for tool in dotnet pgbench wrk; do command -v "$tool" >/dev/null || missing+=("$tool"); done
if ((${#missing[@]})); then
  echo "bench/tokenizer.sh needs ${missing[*]} (apt-get install postgresql wrk, and the .NET SDK 10)." >&2
  exit 2
fi

./publish.sh src/Tokenizer tokenizer
dotnet run --project bench/Vault -c Release -v q -- artifacts/published bench/RESULTS.md "${1:-8}"

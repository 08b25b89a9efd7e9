#!/bin/sh
# Builds and starts everything on this machine (./demo.sh), or walks the story by itself (./demo.sh --check).
# Other ports: --port-base 14455, or DEMO_PORT_BASE in the environment. Another folder, which is kept after a check: --data-folder <path>.
set -eu
cd "$(dirname "$0")"

if ! command -v dotnet >/dev/null 2>&1 || ! dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then
  echo "demo.sh needs the .NET SDK 10 (the command dotnet): https://dotnet.microsoft.com/download/dotnet/10.0" >&2
  exit 1
fi

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

echo "Building (a first build takes a few minutes) ..."
log=$(mktemp)
if ! dotnet build samples/Demo -c Release -v quiet --nologo >"$log" 2>&1; then
  cat "$log" >&2
  rm -f "$log"
  exit 1
fi
rm -f "$log"

exec dotnet samples/Demo/bin/Release/net10.0/AuthProxy.Demo.dll "$@"

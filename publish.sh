#!/usr/bin/env bash
# Publishes one program in the form that ships (trimmed, ReadyToRun; Published.props) to artifacts/published/NAME.
# Usage: ./publish.sh PROJECT NAME
set -euo pipefail
cd "$(dirname "$0")"
dotnet publish "$1" -c Release -v q --nologo -p:Published=true -o "artifacts/published/$2"

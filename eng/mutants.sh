#!/usr/bin/env bash
# Makes every small mistake in the alerting rules that the mutator knows, and lists by which promtool test each is found.
# The tests do the same in their course; this shows it.
#
#   eng/mutants.sh                     all
#   eng/mutants.sh ReconnectChurn      those whose line in the list has this text: a rule, a change, a line of the rules
#
# NATSPROBER_PROMETHEUS  the folders with promtool, oldest:newest; the newest is used
set -euo pipefail
# shellcheck source=eng/tools.sh
. "${BASH_SOURCE[0]%/*}/tools.sh"

case ${1:-} in
  -h | --help)
    sed -n '2,/^# NATS/{s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
    exit 0
    ;;
esac

root=$(repo_root)
use_own_temp
require_dotnet
NATSPROBER_PROMETHEUS=$(find_prometheus)
export NATSPROBER_PROMETHEUS NATSPROBER_MUTANTS=${1:-}
cd "$root"

say "building"
project=Cordum.NatsProber.AlertTests
dotnet build "tests/$project" -c Release -v q --nologo --disable-build-servers
code=0
dotnet "tests/$project/bin/Release/net10.0/$project.dll" -noLogo -noColor -noAutoReporters -class '*MutantsTests' -showLiveOutput </dev/null >"$work/said" 2>&1 || code=$?
# Each line of the list behind the name of the test; if there is none, whatever was said tells why.
if ! sed -n 's/.*\[OUTPUT\] //p' "$work/said" | grep .; then cat "$work/said"; fi
exit "$code"

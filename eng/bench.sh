#!/usr/bin/env bash
# Measures the prober, beside what people would use instead, and writes docs/benchmarks.md: each section anew that is run.
# Not a test: nothing fails for a number. Let the machine be idle.
#
#   eng/bench.sh                      everything, which takes about two hours, one of them the endurance run
#   eng/bench.sh truth scale          these: truth, overhead, stalls, scale, change, endurance
#   eng/bench.sh --brief overhead     fewer rounds and shorter, printed and not written into the page
#
# NATSPROBER_NATS_SERVERS  the nats-server binaries, oldest:newest; the newest is used
# NATSPROBER_PROMETHEUS    the folders with Prometheus, oldest:newest, likewise
# NATSPROBER_BLACKBOX      the folder with prometheus-blackbox-exporter
# NATSPROBER_EARLIER       the commit that change sets this build beside; it is built for that
# NATSPROBER_SCALE_SIZES   the numbers of endpoints that scale tries, such as 100,1000
# NATSPROBER_TRUTH_SEED    repeats the faults of a run of truth
set -euo pipefail
# shellcheck source=eng/tools.sh
. "${BASH_SOURCE[0]%/*}/tools.sh"

case ${1:-} in
  -h | --help)
    sed -n '2,/^# NATSPROBER_TRUTH_SEED/{s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
    exit 0
    ;;
esac

root=$(repo_root)
use_own_temp
require_dotnet
servers=$(find_nats_servers)
prometheus=$(find_prometheus)
NATSPROBER_NATS_SERVER=${servers##*:}
NATSPROBER_PROMETHEUS=${prometheus##*:}
NATSPROBER_BLACKBOX=${NATSPROBER_BLACKBOX:-$(fetch blackbox newest)}
export NATSPROBER_NATS_SERVER NATSPROBER_PROMETHEUS NATSPROBER_BLACKBOX
cd "$root"

page=(--page docs/benchmarks.md)
names=()
for argument in "$@"; do
  if [[ $argument == --brief ]]; then page=(); else names+=("$argument"); fi
done

# change needs an earlier build; without a commit it is left out of all, and cannot be asked for by name.
unset NATSPROBER_EARLIER_BINARY
if ((!${#names[@]})) && [[ -n ${NATSPROBER_EARLIER:-} ]] || [[ " ${names[*]} " == *" change "* ]]; then
  [[ -n ${NATSPROBER_EARLIER:-} ]] || die "change sets this build beside an earlier one." "Set NATSPROBER_EARLIER to a commit."
  NATSPROBER_EARLIER=$(git rev-parse --short "$NATSPROBER_EARLIER^{commit}") || die "NATSPROBER_EARLIER is no commit of this repository."
  NATSPROBER_PRESENT=$(git describe --always --dirty)
  say "building $NATSPROBER_EARLIER"
  mkdir "$work/earlier"
  git archive "$NATSPROBER_EARLIER" | tar -x -C "$work/earlier"
  dotnet build "$work/earlier/src/Cordum.NatsProber" -c Release -v q --nologo --disable-build-servers
  NATSPROBER_EARLIER_BINARY=$work/earlier/src/Cordum.NatsProber/bin/Release/net10.0/natsprober
  export NATSPROBER_EARLIER NATSPROBER_PRESENT NATSPROBER_EARLIER_BINARY
fi

say "building"
project=Cordum.NatsProber.Benchmarks
dotnet build "tests/$project" -c Release -v q --nologo --disable-build-servers
# In the background, so that the shell hears of a signal at once, passes it on, and cleans up when the benchmarks have ended what they started.
dotnet "tests/$project/bin/Release/net10.0/$project.dll" "${page[@]}" "$@" &
benchmarks=$!
trap 'kill -TERM "$benchmarks" 2>/dev/null' INT TERM HUP
status=0
wait "$benchmarks" || status=$?
while kill -0 "$benchmarks" 2>/dev/null; do wait "$benchmarks" || status=$?; done
exit "$status"

#!/usr/bin/env bash
# Provokes every fault that has a verdict again and again, on real brokers, old and new: each must get the same verdict each time.
# The tests do it twice in their course; this does it as often as is asked, and prints what each fault was judged.
#
#   eng/verdicts.sh                        20 times each, which takes some forty minutes
#   eng/verdicts.sh 5                      5 times each
#   eng/verdicts.sh 20 '*PathVerdictTests' those tests alone
#
# NATSPROBER_NATS_SERVERS  the nats-server binaries to try on, oldest:newest
set -euo pipefail
# shellcheck source=eng/tools.sh
. "${BASH_SOURCE[0]%/*}/tools.sh"

case ${1:-} in
  -h | --help)
    sed -n '2,/^# NATS/{s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
    exit 0
    ;;
  *[!0-9]*) die "how often: '$1' is no number" ;;
esac

root=$(repo_root)
use_own_temp
require_dotnet
NATSPROBER_NATS_SERVERS=$(find_nats_servers)
export NATSPROBER_NATS_SERVERS NATSPROBER_VERDICT_ROUNDS=${1:-20}
cd "$root"

say "building"
project=Cordum.NatsProber.IntegrationTests
dotnet build "tests/$project" -c Release -v q --nologo --disable-build-servers
say "each fault $NATSPROBER_VERDICT_ROUNDS times"
exec dotnet "tests/$project/bin/Release/net10.0/$project.dll" -noLogo -noColor -class "${2:-*VerdictTests}" </dev/null

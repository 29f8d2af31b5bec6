#!/usr/bin/env bash
# Fetches what is missing, builds, starts a local cluster of three real brokers and the prober on it, and says where its metrics are.
# Ctrl-C ends all of it and leaves nothing behind.
#
#   eng/run.sh                          probes/local.yaml, http://127.0.0.1:9522
#   eng/run.sh --listen 127.0.0.1:9600  options go to `natsprober run`
#
# NATSPROBER_NATS_SERVER  the nats-server binary to use, instead of an installed or fetched one
# shellcheck disable=SC2317 # Functions that a trap or wait_for calls are reachable.
set -euo pipefail
# shellcheck source=eng/tools.sh
. "${BASH_SOURCE[0]%/*}/tools.sh"

case ${1:-} in
  -h | --help)
    sed -n '2,/^#$/{s/^# \{0,1\}//;p}; /^#   /{s/^# //;p}; /^# NATS/{s/^# //;p}' "${BASH_SOURCE[0]}"
    exit 0
    ;;
esac

root=$(repo_root)
use_own_temp
require_dotnet
server=$(find_nats_server)
cd "$root"

listen=127.0.0.1:9522
probes=(--probes probes/local.yaml)
for ((i = 1; i <= $#; i++)); do
  next=$((i + 1))
  case ${!i} in
    --listen) listen=${!next:-} ;;
    --listen=*) listen=${!i#*=} ;;
    --probes | --probes=*) probes=() ;;
  esac
done
port=${listen##*:}
host=${listen%:*}
case $host in '' | '*' | + | 0.0.0.0 | '[::]') host=127.0.0.1 ;; esac
dial=${host#[}
dial=${dial%]}

# The status code of a path of the prober's, without needing curl; fails if nobody listens.
http_status() (
  exec 3<>"/dev/tcp/$dial/$port" || exit 1
  printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$1" >&3
  read -r -t 2 _ status _ <&3 && echo "$status"
) 2>/dev/null

if (exec 3<>"/dev/tcp/$dial/$port") 2>/dev/null; then
  die "something already listens on $host:$port." "Another eng/run.sh? End it first: its brokers have the ports as well. Something else? eng/run.sh --listen 127.0.0.1:9600"
fi

say "nats-server $(version_of "$server"): $server"
say "building"
dotnet build src/Cordum.NatsProber -c Release --nologo --disable-build-servers
natsprober=(dotnet src/Cordum.NatsProber/bin/Release/net10.0/natsprober.dll)

lab='' prober=''

# A process that ended and that nobody asked about yet has no program any more.
alive() { [[ -e /proc/$1/exe ]]; }

# end PID: asks it to end and insists after 20 s; then the same for what it started, which is still there only if it was killed itself.
end() {
  [[ $1 ]] || return 0
  local i
  kill -TERM "$1" 2>/dev/null || true
  for ((i = 0; i < 200; i++)); do
    alive "$1" || break
    sleep 0.1
  done
  kill -KILL "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
  for ((i = 0; i < 50; i++)); do
    kill -TERM -- "-$1" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL -- "-$1" 2>/dev/null || true
}

# The prober first, so that it does not report the brokers' end as an incident.
clean_up() {
  trap '' INT TERM HUP
  end "$prober"
  end "$lab"
  rm -rf "$work"
}
trap clean_up EXIT

stop() {
  printf '\n' >&2
  say "ending"
  exit 0
}
trap stop INT TERM HUP

# broken NAME PID LOG: says how it ended, and ends the script.
broken() {
  local code=0
  wait "$2" || code=$?
  sleep 0.2 # for the last lines to arrive
  say "$1 ended with exit code $code. Its last lines:"
  tail -n 20 "$3" | sed 's/^/    /' >&2
  die "$1 ended."
}

# wait_for SECONDS NAME PID LOG COMMAND…: until the command succeeds. Not longer than so many seconds, nor than the process lives.
wait_for() {
  local deadline=$((SECONDS + $1)) name=$2 pid=$3 log=$4
  shift 4
  until "$@"; do
    alive "$pid" || broken "$name" "$pid" "$log"
    if ((SECONDS >= deadline)); then
      say "$name is not ready. Its last lines:"
      tail -n 20 "$log" | sed 's/^/    /' >&2
      die "$name took too long."
    fi
    sleep 0.2
  done
}

lab_ready() { grep -qiw ready "$work/lab.log"; }
prober_ready() { [[ $(http_status /readyz) == 200 ]]; }

# Each in a session of its own: Ctrl-C reaches this script alone, which then ends them in order.
: >"$work/lab.log"
say "starting three brokers"
# What the lab says later (a broker that ended, the id of its next process) is for the terminal as well.
setsid "${natsprober[@]}" lab --brokers 3 --nats-server "$server" > >(exec tee -i "$work/lab.log" >&2) 2>&1 &
lab=$!
wait_for 60 "the lab" "$lab" "$work/lab.log" lab_ready

say "starting the prober"
# On a terminal its log is for people, although it passes through a pipe on the way.
if [[ -t 2 ]]; then export NATSPROBER_LOG_FORMAT=${NATSPROBER_LOG_FORMAT:-text}; fi
# tee without -i would end at Ctrl-C, before the prober's last words.
setsid "${natsprober[@]}" run "${probes[@]}" "$@" > >(exec tee -i "$work/prober.log") 2>&1 &
prober=$!
wait_for 60 "the prober" "$prober" "$work/prober.log" prober_ready

cat >&2 <<EOF

==> ready. Metrics: http://$host:$port/metrics

    curl -s http://$host:$port/metrics | grep ^cordum_nats_connected

Kill one of the brokers above and look again. Ctrl-C ends the prober and the brokers, and removes their files.

EOF

# Interrupted by a signal, or by the end of either.
wait -n "$lab" "$prober" || true
if alive "$lab"; then broken "the prober" "$prober" "$work/prober.log"; else broken "the lab" "$lab" "$work/lab.log"; fi

#!/usr/bin/env bash
# Finds or fetches nats-server, for run.sh and test.sh, and Prometheus and Alertmanager, for the latter. Run by itself, it prints the path of
# each binary that the tests use.
#
# Fetching needs no root and leaves the system as it is: a sources list of our own, made from the mirrors that this machine's apt already
# trusts, lists and caches in a temporary folder, and a package that is unpacked, not installed, so that no service starts.
# What was fetched stays in the cache folder; to fetch anew, delete that.
set -euo pipefail
# Without this, a failure inside $(…) goes on with half a result.
shopt -s inherit_errexit

say() { printf '==> %s\n' "$*" >&2; }

die() {
  printf 'error: %s\n' "$1" >&2
  shift
  if (($#)); then printf '       %s\n' "$@" >&2; fi
  exit 1
}

repo_root() { cd "${BASH_SOURCE[0]%/*}/.." && pwd; }

# A folder that can be written to: the user's cache, else the repository's git-ignored .tools.
cache_dir() {
  local dir
  for dir in "${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}" "$(repo_root)/.tools"; do
    [[ $dir == /* ]] || continue
    dir+=/cordum-natsprober
    if mkdir -p "$dir" 2>/dev/null && [[ -w $dir ]]; then
      echo "$dir"
      return
    fi
  done
  die "no folder to keep tools in." "Set XDG_CACHE_HOME to one that you can write to."
}

# Sets $work to a folder that goes when the script ends, with the temporary files of all that it starts: dotnet leaves some every time.
use_own_temp() {
  # NuGet's stays where it was: it has the locks that keep two builds from unpacking one package at once.
  export NUGET_SCRATCH=${NUGET_SCRATCH:-${TMPDIR:-/tmp}/NuGetScratch$(id -un)}
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT TERM HUP
  mkdir "$work/tmp"
  export TMPDIR=$work/tmp
}

require_dotnet() {
  command -v dotnet >/dev/null || die "dotnet is not on PATH." "Install the .NET 10 SDK (package dotnet-sdk-10.0)."
  # dotnet wants a home to write to as well, for its packages and its first-run marker.
  if [[ ! -w ${HOME:-/nonexistent} ]]; then
    DOTNET_CLI_HOME=${DOTNET_CLI_HOME:-$(cache_dir)/dotnet}
    NUGET_PACKAGES=${NUGET_PACKAGES:-$DOTNET_CLI_HOME/packages}
    NUGET_HTTP_CACHE_PATH=${NUGET_HTTP_CACHE_PATH:-$DOTNET_CLI_HOME/http}
    export DOTNET_CLI_HOME NUGET_PACKAGES NUGET_HTTP_CACHE_PATH
    mkdir -p "$DOTNET_CLI_HOME"
  fi
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
  local sdk
  sdk=$(cd "$(repo_root)" && dotnet --version 2>&1) ||
    die "this needs the .NET 10 SDK (package dotnet-sdk-10.0). dotnet says:" "$sdk"
}

runs() { [[ -x $1 ]] && "$1" --version >/dev/null 2>&1; }

# Some print their version on standard error, some on standard output, all on the first line that has one.
version_of() { "$1" --version 2>&1 | grep -om1 '[0-9]\+\.[0-9]\+\.[0-9]\+'; }

own_codename() { sed -n 's/^VERSION_CODENAME=//p' /etc/os-release 2>/dev/null | tr -d '"'"'" || true; }

# What is fetched together, because it is used together: a name here, then the packages, then the programs as they are named inside of them.
# Which package has a program changes: promtool came with prometheus once and is a package of its own since. What a suite lacks is passed over.
packages_of() {
  case $1 in
    nats-server) echo nats-server ;;
    prometheus) echo prometheus promtool prometheus-alertmanager ;;
    blackbox) echo prometheus-blackbox-exporter ;;
  esac
}

programs_of() {
  case $1 in
    nats-server) echo usr/sbin/nats-server ;;
    prometheus) echo usr/bin/prometheus usr/bin/promtool usr/bin/prometheus-alertmanager usr/bin/amtool ;;
    blackbox) echo usr/bin/prometheus-blackbox-exporter ;;
  esac
}

# all_run SET FOLDER: whether each program of the set is in the folder, and starts.
all_run() {
  local program
  for program in $(programs_of "$1"); do runs "$2/${program##*/}" || return 1; done
}

# Debian's Alertmanager opens its templates by an absolute path, which is there only where it is installed. Here they stand beside the program, which is given a
# path of the same length for them, relative to its folder: it must be started in that.
readonly TEMPLATES=/usr/share/prometheus/alertmanager
readonly OWN_TEMPLATES=.//./share/prometheus/alertmanager

# take_templates ROOT FOLDER: makes Alertmanager in FOLDER, unpacked at ROOT, do without an installation.
take_templates() {
  [[ -f $1$TEMPLATES/default.tmpl ]] || return 0 # a build that has them inside
  mkdir -p "$2/$OWN_TEMPLATES"
  cp "$1$TEMPLATES"/*.tmpl "$2/$OWN_TEMPLATES"
  LC_ALL=C sed -i "s|$TEMPLATES|$OWN_TEMPLATES|g" "$2/prometheus-alertmanager"
}

# how_to_do_without_fetching SET
how_to_do_without_fetching() {
  if [[ $1 == prometheus ]]; then
    printf '%s\n' \
      "Have prometheus, promtool, prometheus-alertmanager and amtool from anywhere else in one folder, by these names, and name it:" \
      "  NATSPROBER_PROMETHEUS=/usr/bin eng/test.sh    (or two or more, oldest:newest)"
    return
  fi
  printf '%s\n' \
    "Install the package nats-server (as root: apt-get install nats-server; it brings a service, which is not needed)" \
    "or have the binary from anywhere else, and name it:" \
    "  NATSPROBER_NATS_SERVER=/usr/sbin/nats-server eng/run.sh" \
    "  NATSPROBER_NATS_SERVERS=/usr/sbin/nats-server eng/test.sh    (or two or more, oldest:newest)"
}

# apt_sources FOLDER: prints one line per source of binary packages in that apt configuration that is a whole suite (not updates, security, backports):
# address, suite, component, then the deb822 fields by which apt trusts it, with line ends as \037; separated by tabs.
apt_sources() {
  local etc=$1 file files=()
  for file in "$etc"/sources.list "$etc"/sources.list.d/*.list "$etc"/sources.list.d/*.sources; do
    [[ -r $file ]] && files+=("$file")
  done
  ((${#files[@]})) || return 0
  awk '
    function emit(uris, suites, components, trust,    i, j, component, u, s) {
      component = (" " components " ") ~ / main / ? "main" : (" " components " ") ~ / universe / ? "universe" : ""
      if (component == "") return
      split(uris, u, " "); split(suites, s, " ")
      for (i = 1; i in u; i++) for (j = 1; j in s; j++)
        if (s[j] !~ /[-\/]/ && u[i] !~ /^cdrom:/) print u[i] "\t" s[j] "\t" component "\t" trust
    }
    function trusted(name) { return name ~ /^(signed-by|trusted|allow-insecure|check-valid-until)$/ }
    function flush_stanza(    name, trust) {
      if ((" " field["types"] " ") ~ / deb / && tolower(field["enabled"]) !~ /^(no|false|0|off)$/) {
        for (name in field) if (trusted(name)) trust = trust name ": " field[name] "\037"
        emit(field["uris"], field["suites"], field["components"], trust)
      }
      split("", field); last = ""
    }
    FNR == 1 { flush_stanza() }
    /^[ \t]*#/ { next }
    { gsub(/\r/, "") }
    FILENAME ~ /\.sources$/ {
      if ($0 ~ /^[ \t]*$/) flush_stanza()
      else if ($0 ~ /^[ \t]/) { if (last == "signed-by") field[last] = field[last] "\037" $0; else { sub(/^[ \t]+/, ""); field[last] = field[last] " " $0 } }
      else { last = tolower($0); sub(/[ \t]*:.*/, "", last); sub(/^[^:]*:[ \t]*/, ""); field[last] = $0 }
      next
    }
    $1 == "deb" {
      trust = ""; line = $0; sub(/#.*/, "", line); sub(/^[ \t]*deb[ \t]+/, "", line)
      if (line ~ /^\[/) {
        options = line; sub(/^\[/, "", options); sub(/\].*/, "", options); sub(/^[^]]*\][ \t]*/, "", line)
        count = split(options, option, " ")
        for (i = 1; i <= count; i++) { name = option[i]; sub(/=.*/, "", name); sub(/^[^=]*=/, "", option[i]); if (trusted(name)) trust = trust name ": " option[i] "\037" }
      }
      count = split(line, word, " "); rest = ""
      for (i = 3; i <= count; i++) rest = rest " " word[i]
      emit(word[1], word[2], rest, trust)
    }
    END { flush_stanza() }
  ' "${files[@]}" | sort -u
}

# fetch_from ADDRESS SUITE COMPONENT TRUST FOLDER SET: unpacks that suite's programs of the set into FOLDER/programs. Says nothing; FOLDER/log does.
fetch_from() {
  local address=$1 suite=$2 component=$3 trust=$4 folder=$5 set=$6 apt packages package
  read -ra packages <<<"$(packages_of "$set")"
  rm -rf "${folder:?}"/{lists,cache,deb,root,programs,list.sources}
  mkdir -p "$folder"/{lists/partial,cache/archives/partial,deb,root,programs}
  {
    printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: %s\nTargets: Packages\n' "$address" "$suite" "$component"
    tr '\037' '\n' <<<"$trust" | sed '/^$/d'
  } >"$folder/list.sources"
  : >"$folder/status"
  # Not a sandbox user, who could not write here, and would be warned about.
  # Hooks of this machine's configuration (clean-ups, notifications) are for changes of the system: there is none.
  cat >"$folder/apt.conf" <<EOF
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
#clear APT::Default-Release;
Dir::Etc::SourceList "$folder/list.sources";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State "$folder";
Dir::State::Lists "$folder/lists";
Dir::State::status "$folder/status";
Dir::Cache "$folder/cache";
Acquire::Languages "none";
Acquire::Retries "2";
APT::Update::Error-Mode "any";
APT::Sandbox::User "root";
EOF
  apt=(apt-get -q -c "$folder/apt.conf")
  {
    printf '\n--- %s\n' "$suite"
    "${apt[@]}" update && (cd "$folder/deb" && for package in "${packages[@]}"; do "${apt[@]}" download "$package" || true; done) &&
      for package in "$folder"/deb/*.deb; do dpkg -x "$package" "$folder/root" || exit; done &&
      (cd "$folder/root" && programs_of "$set" | xargs mv -t "$folder/programs") &&
      if [[ $set == prometheus ]]; then take_templates "$folder/root" "$folder/programs"; fi && all_run "$set" "$folder/programs"
  } >>"$folder/log" 2>&1
}

# candidates AGE: the sources to try for it, in order, in the form of apt_sources.
candidates() {
  local codename suite sources
  sources=$(apt_sources /etc/apt)
  codename=$(own_codename)
  case $1 in
    oldest)
      # The suite that this machine runs; or, if it goes by another name here, whatever whole suite there is.
      awk -F'\t' -v own="$codename" '$2 == own' <<<"$sources"
      awk -F'\t' -v own="$codename" '$2 != own && $2 ~ /^((old)*stable|testing|unstable|sid)$/' <<<"$sources"
      ;;
    newest)
      # Where this machine's suite comes from, the newer ones are too: Debian's names, then Ubuntu's.
      for suite in testing sid devel; do
        awk -F'\t' -v OFS='\t' -v suite="$suite" '{ $2 = suite; print }' <<<"$sources" | sort -u
      done
      ;;
  esac
}

# fetch SET oldest|newest: prints the folder of programs that run, from the cache if they are there.
fetch() (
  set=$1 age=$2
  cache=$(cache_dir)/$set
  name=$age
  if [[ $age == oldest ]]; then name=$(own_codename); fi
  target=$cache/${name:-$age}-$(uname -m)
  if all_run "$set" "$target"; then
    echo "$target"
    exit
  fi

  mapfile -t advice < <(how_to_do_without_fetching "$set")
  for tool in apt-get dpkg flock; do
    command -v "$tool" >/dev/null || die "$set is missing, and cannot be fetched without $tool." "${advice[@]}"
  done

  mkdir -p "$target"
  exec 9>"$cache/lock"
  flock 9
  # Another run may have fetched it while this one waited.
  if all_run "$set" "$target"; then
    echo "$target"
    exit
  fi

  fetching=$(mktemp -d "$cache/fetch.XXXXXX")
  trap 'rm -rf "$fetching"' EXIT
  trap 'exit 130' INT TERM HUP
  tried=0
  while IFS=$'\t' read -r address suite component trust; do
    [[ $address ]] || continue
    tried=$((tried + 1))
    say "$set ($age): fetching from the suite $suite of this machine's package mirror"
    # In a shell of its own, for its `exit`.
    if (fetch_from "$address" "$suite" "$component" "$trust" "$fetching" "$set") </dev/null; then
      rm -rf "$target"
      mv "$fetching/programs" "$target"
      first=$(programs_of "$set")
      first=${first%% *}
      say "$set ($age): $(version_of "$target/${first##*/}")"
      echo "$target"
      exit
    fi
  done < <(candidates "$age")

  if [[ -s $fetching/log ]]; then
    say "what apt said last:"
    tail -n 15 "$fetching/log" | sed 's/^/    /' >&2
  fi
  if ((tried)); then
    die "$set ($age) could not be fetched." "${advice[@]}"
  else
    die "$set ($age) is missing, and this machine's apt names no suite to fetch it from." "${advice[@]}"
  fi
)

# One binary for run.sh: the one named, an installed one, else the one of this machine's own suite.
find_nats_server() {
  local dir server
  if [[ ${NATSPROBER_NATS_SERVER:-} ]]; then
    runs "$NATSPROBER_NATS_SERVER" || die "NATSPROBER_NATS_SERVER is $NATSPROBER_NATS_SERVER, which does not run."
    realpath -s "$NATSPROBER_NATS_SERVER"
    return
  fi
  local IFS=:
  for dir in $PATH /usr/sbin /usr/local/sbin; do
    if runs "$dir/nats-server"; then
      echo "$dir/nats-server"
      return
    fi
  done
  server=$(fetch nats-server oldest)
  echo "$server/nats-server"
}

# The binaries for the tests, separated by colons: those named, else the oldest and the newest that matter.
find_nats_servers() {
  local server servers=() oldest newest
  if [[ ${NATSPROBER_NATS_SERVERS:-} ]]; then
    IFS=: read -ra servers <<<"$NATSPROBER_NATS_SERVERS"
    for server in "${servers[@]}"; do
      runs "$server" || die "NATSPROBER_NATS_SERVERS names $server, which does not run."
    done
    realpath -s "${servers[@]}" | paste -sd:
    return
  fi
  oldest=$(fetch nats-server oldest)/nats-server
  newest=$(fetch nats-server newest)/nats-server
  # On a machine that runs the newest suite itself, once is enough.
  if [[ $(version_of "$oldest") == "$(version_of "$newest")" ]]; then echo "$newest"; else echo "$oldest:$newest"; fi
}

# The folders with Prometheus and Alertmanager for the tests, separated by colons: those named, else the oldest and the newest that matter.
find_prometheus() {
  local folder folders=() oldest newest
  if [[ ${NATSPROBER_PROMETHEUS:-} ]]; then
    IFS=: read -ra folders <<<"$NATSPROBER_PROMETHEUS"
    for folder in "${folders[@]}"; do
      all_run prometheus "$folder" || die "NATSPROBER_PROMETHEUS names $folder, where not all of $(programs_of prometheus | sed 's|usr/bin/||g') run."
    done
    realpath -s "${folders[@]}" | paste -sd:
    return
  fi
  oldest=$(fetch prometheus oldest)
  newest=$(fetch prometheus newest)
  if [[ $(version_of "$oldest/prometheus") == "$(version_of "$newest/prometheus")" ]]; then echo "$newest"; else echo "$oldest:$newest"; fi
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  servers=$(find_nats_servers)
  prometheus=$(find_prometheus)
  tr : '\n' <<<"$servers:$prometheus"
fi

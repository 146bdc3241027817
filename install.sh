#!/bin/sh
# Installs labwire: fetches the executable for this system, checks its SHA-256 sum, puts it into
# ~/.local/bin.
#
#     sh install.sh [ADDRESS]
#
# ADDRESS or LABWIRE_BASE says where the files of a release are (https://…, file:///…); the copy of
# this script that comes with a release knows it. LABWIRE_BIN is another folder to install into.
set -eu

release=''

fail() {
  echo "labwire: Cannot install: $1" >&2
  exit 1
}

# The name of the executable for this system.
executable() {
  case $(uname -s) in
    Linux) system=linux ;;
    Darwin) system=macos ;;
    *) fail "there is no executable for $(uname -s) (on Windows, fetch labwire-windows-x64.exe)" ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) processor=x64 ;;
    aarch64 | arm64) processor=arm64 ;;
    *) fail "there is no executable for $(uname -m)" ;;
  esac
  echo "labwire-$system-$processor"
}

# fetch ADDRESS FILE
fetch() {
  if command -v curl >/dev/null; then
    curl --fail --silent --show-error --location --output "$2" "$1"
  elif command -v wget >/dev/null; then
    wget --quiet --output-document="$2" "$1"
  else
    fail "there is neither curl nor wget"
  fi || fail "$1 cannot be fetched"
}

# sum_of FILE
sum_of() {
  if command -v sha256sum >/dev/null; then
    sha256sum "$1"
  elif command -v shasum >/dev/null; then
    shasum -a 256 "$1"
  else
    fail "there is neither sha256sum nor shasum"
  fi | cut -d ' ' -f 1
}

# A function, so that nothing is done before the last line of this script is there.
main() {
  base=${1:-${LABWIRE_BASE:-$release}}
  bin=${LABWIRE_BIN:-${HOME:?}/.local/bin}
  [ -n "$base" ] || fail "no address of a release given (sh install.sh ADDRESS, or LABWIRE_BASE)"
  name=$(executable)

  work=$(mktemp -d) new=$bin/.labwire-$$
  trap 'rm -rf "$work" "$new"' EXIT
  trap 'exit 130' HUP INT TERM
  fetch "$base/SHA256SUMS" "$work/sums"
  fetch "$base/$name" "$work/labwire"
  wanted=$(awk -v name="$name" '$2 == name || $2 == "*" name { print $1 }' "$work/sums")
  found=$(sum_of "$work/labwire")
  [ -n "$wanted" ] || fail "SHA256SUMS does not name $name"
  [ "$found" = "$wanted" ] || fail "the SHA-256 sum of $name is $found, and should be $wanted"

  # The name is given last, by a rename: there is never half a file under it.
  mkdir -p "$bin"
  cp "$work/labwire" "$new"
  chmod 755 "$new"
  mv -f "$new" "$bin/labwire"
  echo "$bin/labwire is installed"
  case :$PATH: in
    *:"$bin":*) ;;
    *) echo "Add its folder to your PATH:  export PATH=\"$bin:\$PATH\"" ;;
  esac
}

main "$@"

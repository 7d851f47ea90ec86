#!/bin/sh
# The main job on the example fabric, step by step, on a copy that is thrown away.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -R "$here/fabric" "$copy/north"
cd "$copy"

say() { printf '\n\033[1m== %s\033[0m\n\n' "$*"; }
show() { (cd north && find . -type f ! -name .gitkeep | sort); }
run() { # command and the exit status it should end with
    expected=$1; shift
    printf '$ %s\n' "$*"
    status=0; "$@" || status=$?
    [ "$status" -eq "$expected" ] || { echo "demo: exit status $status, expected $expected" >&2; exit 1; }
}

say "The directory before: YAML and JSON as people and tools left it"
show
say "The plan: what a sync would do, and what is wrong (exit status 1: a draft has a mistake)"
run 1 fgd plan north
say "The sync: what is right is taken in, what is not is set aside"
run 1 fgd sync north
say "The directory after"
show
say "One managed file: canonical, comments kept"
cat north/managed/vpcs/web.yaml
say "A second sync changes nothing"
run 0 fgd sync north
say "The draft is corrected and dropped in again; its old copy goes"
sed 's/vlna/vlan/' north/unmanaged/draft.yaml > north/raw/draft.yaml
run 0 fgd sync north

#!/bin/sh
# Mutation testing: makes every small mistake in the contract's code that cargo-mutants can think of, one at a time, and sees whether
# the unit tests find it.
#   ./mutants.sh                       all of the contract
#   ./mutants.sh -f src/treasury.rs    a part of it, or whatever else cargo-mutants takes
# Ends with the mistakes that no test found and `N mutants, K killed, P%`; fails when fewer than 98% were killed.
# Debian's packages rustc-web and cargo-web are all it needs; the first time it installs cargo-mutants from the registry.
# Everything goes to CARGO_TARGET_DIR, or a folder under the system's temporary one; never into the source tree. MUTANTS_JOBS, as many as
# processors otherwise, parts of the mutants are tried at once.
set -eu
cd "$(dirname "$0")"
VERSION=27.1.0
LEAST=98
TARGET=${CARGO_TARGET_DIR:-${TMPDIR:-/tmp}/gittensor-contract-target}
JOBS=${MUTANTS_JOBS:-$(nproc)}
export RUSTC=/usr/bin/rustc CARGO=/usr/bin/cargo CARGO_INCREMENTAL=1
unset RUSTUP_TOOLCHAIN RUSTC_WRAPPER RUSTFLAGS CARGO_ENCODED_RUSTFLAGS 2>/dev/null || true

TOOL=$TARGET/cargo-mutants-$VERSION
if [ ! -x "$TOOL/bin/cargo-mutants" ]; then
  "$CARGO" install --quiet --locked --version "$VERSION" --root "$TOOL" --target-dir "$TARGET/cargo-mutants-build" cargo-mutants
fi

# Each part has a build folder of its own, so that none waits for another and the dependencies are built once for all runs.
RESULTS=$TARGET/mutants
rm -rf "$RESULTS"
part=0
while [ "$part" -lt "$JOBS" ]; do
  out=$RESULTS/$part build=$TARGET/mutants-build/$part
  rm -rf "$build/debug/incremental"
  mkdir -p "$out"
  (
    status=0
    CARGO_TARGET_DIR=$build "$TOOL/bin/cargo-mutants" mutants --shard "$part/$JOBS" --sharding round-robin --output "$out" \
      --no-times --colors never "$@" || status=$?
    echo "$status" >"$out/status"
  ) &
  part=$((part + 1))
done
wait

# 0: all found, 2: some not, 3: some made the tests run for ever. Anything else is no result.
part=0
while [ "$part" -lt "$JOBS" ]; do
  out=$RESULTS/$part
  case $(cat "$out/status") in
    0 | 2 | 3) ;;
    *) echo "cargo-mutants did not get to its end: see $out/mutants.out/log" >&2; exit 1 ;;
  esac
  part=$((part + 1))
done
lines() { cat "$RESULTS"/*/mutants.out/"$1".txt 2>/dev/null | sort; }
found=$({ lines caught; lines timeout; } | wc -l)
missed=$(lines missed | wc -l)
lines missed | sed 's/^/survived: /'
awk -v killed="$found" -v all="$((found + missed))" -v least="$LEAST" 'BEGIN {
  share = all == 0 ? 100 : 100 * killed / all
  printf "%d mutants, %d killed, %.1f%%\n", all, killed, share
  exit (share < least)
}'

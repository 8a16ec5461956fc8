#!/bin/sh
# Builds the contract into artifact/issue_bounties.contract, and into artifact/next_edition.contract what tests upgrade it to: the
# sources with next-edition.patch.
#   ./build.sh           builds and writes the artefacts
#   ./build.sh --check   builds elsewhere and fails when the code or its metadata differ from an artefact
# Debian's packages rustc-web cargo-web rust-web-src rust-web-llvm lld-22 binaryen wabt gcc patch are all it needs.
# Build products go to CARGO_TARGET_DIR, or a folder under the system's temporary one; never into the source tree.
set -eu
cd "$(dirname "$0")"
HERE=$PWD
TARGET=${CARGO_TARGET_DIR:-${TMPDIR:-/tmp}/gittensor-contract-target}
CARGO_HOME=${CARGO_HOME:-$HOME/.cargo}
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
export RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc RUSTC_BOOTSTRAP=1
unset RUSTUP_TOOLCHAIN RUSTC_WRAPPER CARGO_ENCODED_RUSTFLAGS 2>/dev/null || true
VERSION=$(/usr/bin/rustc -V | cut -d' ' -f2)

# A full whitelist, its attestations and 16 changes must fit.
export INK_STATIC_BUFFER_SIZE=65536

# The next edition's sources lie beside what is built, and the compiler's flags name both folders, so that they are the same for both editions.
NEXT=$TARGET/next-edition
rm -rf "$NEXT"
mkdir -p "$NEXT"
cp -R Cargo.toml Cargo.lock bundle src without-xcm "$NEXT"
patch --quiet --strip 1 --fuzz 0 --directory "$NEXT" <next-edition.patch

# Where the sources lie must not show in the code. A panic is a trap either way: immediate-abort leaves its words out.
FLAGS="-Clinker-plugin-lto -Zunstable-options -Cpanic=immediate-abort -Clink-arg=-mllvm -Clink-arg=-disable-lsr -Clink-arg=-zstack-size=65536 -Clink-arg=--import-memory -Ctarget-cpu=mvp
  --remap-path-prefix=$HERE=/contract --remap-path-prefix=$NEXT=/contract --remap-path-prefix=$CARGO_HOME=/cargo --remap-path-prefix=$(/usr/bin/rustc --print sysroot)=/rust"

build() { # name of the artefact, folder of its sources
  built=$TARGET/wasm/wasm32v1-none/release bundle=$TARGET/host/debug
  # Both editions have one name, and cargo would take the one for the other.
  rm -f "$built/issue_bounties.wasm" "$built"/deps/issue_bounties* "$bundle/bundle" "$bundle"/deps/bundle-* "$bundle"/deps/*issue_bounties*
  cd "$2"
  RUSTFLAGS='' /usr/bin/cargo build --quiet --locked -p bundle --target-dir "$TARGET/host"
  RUSTFLAGS=$(echo $FLAGS) /usr/bin/cargo rustc --quiet --locked --lib --crate-type cdylib --release --no-default-features \
    --target wasm32v1-none -Zbuild-std=core,alloc --target-dir "$TARGET/wasm"
  cd "$HERE"
  "$bundle/bundle" strip "$built/issue_bounties.wasm" "$WORK/stripped.wasm"
  wasm-opt -Oz --converge --low-memory-unused --mvp-features --zero-filled-memory "$WORK/stripped.wasm" -o "$WORK/code.wasm"
  wasm-validate --disable-mutable-globals --disable-saturating-float-to-int --disable-sign-extension \
    --disable-simd --disable-multi-value --disable-bulk-memory --disable-reference-types "$WORK/code.wasm"
  "$bundle/bundle" write "$WORK/code.wasm" "$VERSION" "$WORK/$1.contract"
}
build next_edition "$NEXT"
build issue_bounties "$HERE"

# What the artefacts are built from, so that a test can tell stale ones without building: the sources without their tests, and this file.
recorded() { # folder of the artefacts
  printf '%s  sources\n' "$(LC_ALL=C find Cargo.toml Cargo.lock build.sh bundle next-edition.patch src without-xcm -type f ! -path 'src/tests*' | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -d' ' -f1)"
  (cd "$1" && sha256sum issue_bounties.contract next_edition.contract)
}

for name in issue_bounties next_edition; do
  if [ "${1:-}" != --check ]; then
    mkdir -p artifact
    cp "$WORK/$name.contract" "artifact/$name.contract"
  elif ! cmp -s "$WORK/$name.contract" "artifact/$name.contract"; then
    echo "artifact/$name.contract is not what its sources build: run contracts/issue-bounties/build.sh and commit it" >&2
    exit 1
  fi
done
if [ "${1:-}" != --check ]; then
  recorded artifact > artifact/artefacts.sha256
elif ! recorded artifact | cmp -s - artifact/artefacts.sha256; then
  echo "artifact/artefacts.sha256 is not about these artefacts and sources: run contracts/issue-bounties/build.sh and commit it" >&2
  exit 1
fi
[ "${1:-}" != --check ] || echo "the artefacts are what their sources build"

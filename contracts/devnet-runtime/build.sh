#!/bin/bash
# Builds the dev chain's runtime to wasm and writes artifact/devnet-runtime.wasm.gz with the hash of the
# raw wasm beside it. The bytes do not depend on where the tree, cargo's home or the target folder are.
#
#   ./build.sh           build, write the artifact
#   ./build.sh --check   build into a temporary folder, exit 1 when the hash differs from the committed one, or when
#                        the second version was built from other sources
#   ./build.sh --check-if-changed
#                        the same, but without building what says that it was built from these very sources
#   ./build.sh --second-version [--check]
#                        the same for the second version alone, to which tests upgrade a chain: the sources with
#                        second-version.patch
#
# Needs Debian's rustc-web, cargo-web, rust-web-src, binaryen and patch; zstd for the second version.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

version=first
if [ "${1:-}" = --second-version ]; then version=second; shift; fi
mode="${1:-}"
case "$mode" in
  "" | --check | --check-if-changed) ;;
  *) echo "usage: build.sh [--second-version] [--check | --check-if-changed]" >&2; exit 2 ;;
esac

# What a version is built from, without building it: its sources, and this file, which says how.
sources_of() { # first | second
  local files="Cargo.toml Cargo.lock build.sh proxy.patch src share-pool without-xcm"
  if [ "$1" = second ]; then files="$files second-version.patch"; fi
  # shellcheck disable=SC2086 # a list of names
  LC_ALL=C find $files -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -d' ' -f1
}
unpacked() { # first | second
  if [ "$1" = second ]; then zstd -dcq artifact/second-version.wasm.zst; else gzip -dc artifact/devnet-runtime.wasm.gz; fi
}

# Whether an artifact is what was written down when it was built, and was built from these sources.
recorded() { # first | second
  local name=devnet-runtime
  if [ "$1" = second ]; then name=second-version; fi
  printf '%s  %s.wasm\n%s  sources\n' "$(unpacked "$1" | sha256sum | cut -d' ' -f1)" "$name" "$(sources_of "$1")" | cmp -s - "artifact/$name.sha256"
}
if [ "$mode" = --check-if-changed ]; then
  if { [ "$version" = second ] || recorded first; } && recorded second; then
    echo "devnet-runtime: what is committed was built from these sources, as was written down then; --check builds them again"
    exit 0
  fi
  mode=--check
fi

source_dir="$(pwd -P)"
cargo_home="${CARGO_HOME:-$HOME/.cargo}"
target_dir="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/gittensor/devnet-runtime-target}"

tools="/usr/bin/rustc /usr/bin/cargo wasm-opt gzip sha256sum patch"
if [ "$version" = second ]; then tools="$tools zstd"; fi
for tool in $tools; do
  command -v "$tool" >/dev/null || {
    echo "build.sh: $tool is missing; install rustc-web, cargo-web, rust-web-src, binaryen and patch (zstd for the second version)" >&2
    exit 1
  }
done

export CARGO_TARGET_DIR="$target_dir" RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_INCREMENTAL=0
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_RUSTFLAGS RUSTC_WRAPPER RUSTC_WORKSPACE_WRAPPER

# Panic messages hold the sources' paths: every folder that differs between machines gets a fixed name. The
# registry's folder is named after the mirror in use, so it is looked up.
/usr/bin/cargo fetch --locked --quiet
remap=""
for folder in "$cargo_home"/registry/src/*; do
  remap="$remap --remap-path-prefix=$folder=/crates"
done
export CARGO_TARGET_WASM32V1_NONE_RUSTFLAGS="\
-C target-cpu=mvp \
-C link-arg=--export-table \
-C link-arg=--export=__heap_base \
-C link-arg=--import-memory \
--cfg substrate_runtime \
--remap-path-prefix=$target_dir=/target \
--remap-path-prefix=$source_dir=/runtime$remap"

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
wasm="$work/devnet-runtime.wasm"

# Subtensor has a proxy pallet of its own, which is the SDK's with a few changes: so is this one. Cargo takes the changed
# copy where its source is not named.
package="$target_dir/$version-version"
built="$target_dir/wasm32v1-none/release"
rm -rf "$package"
mkdir -p "$package"
cp -R Cargo.toml Cargo.lock src share-pool without-xcm "$package"
cp -R "$cargo_home"/registry/src/*/pallet-proxy-41.0.0 "$package/pallet-proxy"
patch --quiet --strip 1 --fuzz 0 --directory "$package/pallet-proxy" < proxy.patch
sed -i 's|^\[patch.crates-io\]$|&\npallet-proxy = { path = "pallet-proxy" }|' "$package/Cargo.toml"
sed -i '/^name = "pallet-proxy"$/,/^dependencies/{/^source = /d;/^checksum = /d}' "$package/Cargo.lock"
# Both versions have one name, and cargo would take the one for the other: the second is built anew each time, and leaves nothing behind.
forget_second() { rm -f "$built/devnet_runtime.wasm" "$built/deps/devnet_runtime.wasm"; }
if [ "$version" = second ]; then
  forget_second
  trap 'rm -rf "$work"; forget_second' EXIT
  patch --quiet --strip 1 --fuzz 0 --directory "$package" < second-version.patch
fi

/usr/bin/cargo rustc --manifest-path "$package/Cargo.toml" --locked --release --lib --target wasm32v1-none -Zbuild-std=core,alloc -- \
  -C link-arg=--allow-undefined
wasm-opt -Oz --mvp-features --strip-debug \
  "$built/devnet_runtime.wasm" -o "$wasm"
hash="$(sha256sum "$wasm" | cut -d' ' -f1)"

if [ "$version" = second ]; then
  if [ "$mode" = --check ]; then
    committed="$(grep -F '  second-version.wasm' artifact/second-version.sha256 | cut -d' ' -f1)"
    packed="$(unpacked second | sha256sum | cut -d' ' -f1)"
    if [ "$hash" != "$committed" ] || [ "$packed" != "$committed" ]; then
      echo "build.sh: the sources build to $hash, artifact/second-version.wasm.zst holds $packed and artifact/second-version.sha256 says $committed; run contracts/devnet-runtime/build.sh --second-version and commit artifact/" >&2
      exit 1
    fi
    echo "second version: the committed artifact is what the sources build to ($hash)"
  else
    zstd --ultra -22 -qcf "$wasm" > artifact/second-version.wasm.zst
    printf '%s  second-version.wasm\n%s  sources\n' "$hash" "$(sources_of second)" > artifact/second-version.sha256
    echo "second version: $(stat -c %s "$wasm") bytes, $(stat -c %s artifact/second-version.wasm.zst) compressed, sha256 $hash"
  fi
  exit 0
fi

if [ "$mode" = --check ]; then
  committed="$(grep -F '  devnet-runtime.wasm' artifact/devnet-runtime.sha256 | cut -d' ' -f1)"
  packed="$(unpacked first | sha256sum | cut -d' ' -f1)"
  if [ "$packed" != "$committed" ]; then
    echo "build.sh: artifact/devnet-runtime.wasm.gz holds $packed, artifact/devnet-runtime.sha256 says $committed" >&2
    exit 1
  fi
  if [ "$hash" != "$committed" ]; then
    echo "build.sh: the sources build to $hash, the committed artifact is $committed; run contracts/devnet-runtime/build.sh and commit artifact/" >&2
    exit 1
  fi
  echo "devnet-runtime: the committed artifact is what the sources build to ($hash)"
  if ! grep -qFx "$(sources_of second)  sources" artifact/second-version.sha256; then
    echo "build.sh: the second version was built from other sources; run contracts/devnet-runtime/build.sh --second-version and commit artifact/" >&2
    exit 1
  fi
  echo "second version: built from these sources"
else
  mkdir -p artifact
  gzip -9nc "$wasm" > artifact/devnet-runtime.wasm.gz
  printf '%s  devnet-runtime.wasm\n%s  sources\n' "$hash" "$(sources_of first)" > artifact/devnet-runtime.sha256
  echo "devnet-runtime: $(stat -c %s "$wasm") bytes, $(stat -c %s artifact/devnet-runtime.wasm.gz) compressed, sha256 $hash"
fi

#!/bin/bash
# Builds the dev chain's runtime to wasm and writes artifact/devnet-runtime.wasm.gz with the hash of the
# raw wasm beside it. The bytes do not depend on where the tree, cargo's home or the target folder are.
#
#   ./build.sh           build, write the artifact
#   ./build.sh --check   build into a temporary folder, exit 1 when the hash differs from the committed one
#
# Needs Debian's rustc-web, cargo-web, rust-web-src and binaryen.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

mode="${1:-}"
case "$mode" in
  "" | --check) ;;
  *) echo "usage: build.sh [--check]" >&2; exit 2 ;;
esac

source_dir="$(pwd -P)"
cargo_home="${CARGO_HOME:-$HOME/.cargo}"
target_dir="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/gittensor/devnet-runtime-target}"

for tool in /usr/bin/rustc /usr/bin/cargo wasm-opt gzip sha256sum; do
  command -v "$tool" >/dev/null || {
    echo "build.sh: $tool is missing; install rustc-web, cargo-web, rust-web-src and binaryen" >&2
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

/usr/bin/cargo rustc --locked --release --lib --target wasm32v1-none -Zbuild-std=core,alloc -- \
  -C link-arg=--allow-undefined

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
wasm="$work/devnet-runtime.wasm"
wasm-opt -Oz --mvp-features --strip-debug \
  "$target_dir/wasm32v1-none/release/devnet_runtime.wasm" -o "$wasm"
hash="$(sha256sum "$wasm" | cut -d' ' -f1)"

if [ "$mode" = --check ]; then
  committed="$(cut -d' ' -f1 artifact/devnet-runtime.sha256)"
  packed="$(gzip -dc artifact/devnet-runtime.wasm.gz | sha256sum | cut -d' ' -f1)"
  if [ "$packed" != "$committed" ]; then
    echo "build.sh: artifact/devnet-runtime.wasm.gz holds $packed, artifact/devnet-runtime.sha256 says $committed" >&2
    exit 1
  fi
  if [ "$hash" != "$committed" ]; then
    echo "build.sh: the sources build to $hash, the committed artifact is $committed; run contracts/devnet-runtime/build.sh and commit artifact/" >&2
    exit 1
  fi
  echo "devnet-runtime: the committed artifact is what the sources build to ($hash)"
else
  mkdir -p artifact
  gzip -9nc "$wasm" > artifact/devnet-runtime.wasm.gz
  echo "$hash  devnet-runtime.wasm" > artifact/devnet-runtime.sha256
  echo "devnet-runtime: $(stat -c %s "$wasm") bytes, $(stat -c %s artifact/devnet-runtime.wasm.gz) compressed, sha256 $hash"
fi

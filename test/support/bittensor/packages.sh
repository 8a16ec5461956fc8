#!/usr/bin/env bash
# Bittensor's own Python packages, as miners and validators of the network have them: version 10 in one environment, version 11 (whose btcli is
# version 11 too) in another, and btcli 9 in a third. Made once among the temporary files, for each state of the lists; the last line says where
# they are. Needs Python 3.10 or newer with venv.
#
#   export GITTENSOR_TEST_PYTHON=$(test/support/bittensor/packages.sh | tail -n 1)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
python=$(command -v python3)
state=$({ cat v10.txt v11.txt cli9.txt; "$python" --version; } | sha256sum | cut -c 1-16)
folder=${TMPDIR:-/tmp}/gittensor-python-$state
if [ ! -d "$folder" ]; then
  work=$(mktemp -d "$folder.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  for version in v10 v11 cli9; do
    "$python" -m venv "$work/$version"
    "$work/$version/bin/python" -m pip install --quiet --no-deps --disable-pip-version-check -r "$version.txt"
  done
  # Whoever comes second keeps what the first one made.
  mv -T "$work" "$folder" 2>/dev/null || [ -d "$folder" ]
fi
echo "$folder"

/**
 * The Python packages with the grammars and the parser of today's validators, installed once in the temporary folder. Needs python3 with pip;
 * compiled grammars exist for the usual platforms.
 */
import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { $ } from "bun"

const PACKAGES = ["tree-sitter==0.24.0", "tree-sitter-language-pack==0.7.2"] as const

/** The folder with the packages, for PYTHONPATH. Throws with pip's output where they cannot be installed. */
export const peerPackages = async (): Promise<string> => {
  const python = (await $`python3 -c ${"import sys; print('%d.%d' % sys.version_info[:2])"}`.text()).trim()
  const folder = join(tmpdir(), `gittensor-tree-sitter-${python}-${PACKAGES.join("-")}`.replaceAll("==", "-"))
  if (existsSync(folder)) return folder
  const draft = mkdtempSync(`${folder}.`)
  const { exitCode, stderr } =
    await $`python3 -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --target ${draft} ${PACKAGES}`
      .quiet()
      .nothrow()
  if (exitCode !== 0) {
    rmSync(draft, { recursive: true })
    throw new Error(`pip cannot install ${PACKAGES.join(" and ")}: ${stderr.toString().trim().split("\n").at(-1)}`)
  }
  try {
    renameSync(draft, folder)
  } catch (cause) {
    // Another process was faster: its installation is kept.
    rmSync(draft, { recursive: true })
    if (!existsSync(folder)) throw cause
  }
  return folder
}

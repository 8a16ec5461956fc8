/** Today's Python program: its packages, in a virtual environment among the temporary files, and the program of peer.py. */
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const PACKAGES = ["tree-sitter==0.24.0", "tree-sitter-language-pack==0.7.2"]
const FOLDER = join(tmpdir(), "gittensor-bench-peer")
const PYTHON = join(FOLDER, "bin/python")
const WEIGHTS = fileURLToPath(new URL("../../src/domain/roster/token_weights.json", import.meta.url))

const hasPackages = () => existsSync(PYTHON) && spawnSync(PYTHON, ["-c", "import tree_sitter_language_pack"]).status === 0

const run = (command: string, args: ReadonlyArray<string>): void => {
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8", timeout: 600_000 })
  if (status !== 0) throw new Error(`${command}: ${(error?.message ?? stderr).trim().split("\n").at(-1)}`)
}

/** The command that starts it. Calls `say` and returns none where its packages cannot be installed. */
export const peerCommand = (say: (line: string) => void): ReadonlyArray<string> | undefined => {
  try {
    if (!hasPackages()) {
      run("python3", ["-m", "venv", FOLDER])
      run(PYTHON, ["-m", "pip", "install", "--quiet", ...PACKAGES])
    }
    return [PYTHON, fileURLToPath(new URL("peer.py", import.meta.url)), WEIGHTS]
  } catch (cause) {
    say(`the Python program cannot be measured: ${cause instanceof Error ? cause.message : cause}`)
    return undefined
  }
}

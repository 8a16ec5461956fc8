/** The tree-sitter grammars in the executable, by the table in wasm/grammars/NOTICE.md. */
import { readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"

const folder = resolve(import.meta.dirname, "../../wasm/grammars")

export interface Grammar {
  readonly name: string
  readonly repository: string
  readonly revision: string
  /** In the notice's words. */
  readonly licence: string
}

export const grammarNotice = (): string => readFileSync(join(folder, "NOTICE.md"), "utf8")

/** The rows of a notice's table. */
export const grammarsIn = (notice: string): ReadonlyArray<Grammar> =>
  [...notice.matchAll(/^\| (\S+) \| (\S+) ([0-9a-f]{7,40}) \| ([^|]+) \|/gm)].map(
    ([, name = "", repository = "", revision = "", licence = ""]) => ({
      name,
      repository,
      revision,
      licence: licence.trim()
    })
  )

/** The names of the grammars in the executable. */
export const builtGrammars = (): ReadonlyArray<string> =>
  readdirSync(folder)
    .flatMap((name) => (name.endsWith(".wasm.zst") ? [name.slice(0, -".wasm.zst".length)] : []))
    .toSorted()

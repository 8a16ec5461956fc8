/**
 * Builds wasm/tree-counter/counter.wasm from its AssemblyScript source (part of `npm run generate`). `--check` writes nothing and fails if the
 * committed file is stale.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import asc from "assemblyscript/asc"
import { settle } from "./settle.ts"

const folder = join(import.meta.dirname, "../wasm/tree-counter")

/** Compiles the module; throws with the compiler's messages when that fails. */
export const build = async (): Promise<Uint8Array> => {
  let binary: Uint8Array | undefined
  const { error, stderr } = await asc.main(["--config", "asconfig.json", "--outFile", "counter.wasm"], {
    readFile: (name, base) => {
      try {
        return readFileSync(join(folder, base === "." ? "" : base, name), "utf8")
      } catch {
        return null
      }
    },
    writeFile: (_, contents) => {
      if (contents instanceof Uint8Array) binary = contents
    },
    listFiles: () => []
  })
  if (error !== null || binary === undefined)
    throw new Error(`the tree counter does not compile: ${error?.message ?? ""}\n${stderr.toString()}`)
  return binary
}

if (import.meta.main) settle("wasm/tree-counter/counter.wasm", await build())

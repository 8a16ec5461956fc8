/**
 * PGlite's files inside the compiled executable, and an empty database made by scripts/build.ts, because creating one takes seconds and a gigabyte of
 * memory. When run from source, PGlite finds its files and creates databases itself.
 */
import initdbWasm from "@electric-sql/pglite/initdb.wasm" with { type: "file" }
import bundle from "@electric-sql/pglite/pglite.data" with { type: "file" }
import pgliteWasm from "@electric-sql/pglite/pglite.wasm" with { type: "file" }
import emptyDatabase from "../../../dist/database.tar.gz" with { type: "file" }

const compiled = async (path: string) => WebAssembly.compile(await Bun.file(path).bytes())

/** `isNew`: the folder has no database yet. */
export const options = async (isNew: boolean) => ({
  pgliteWasmModule: await compiled(pgliteWasm),
  initdbWasmModule: await compiled(initdbWasm),
  fsBundle: Bun.file(bundle),
  ...(isNew ? { loadDataDir: new Blob([Bun.gunzipSync(await Bun.file(emptyDatabase).bytes())]) } : {})
})

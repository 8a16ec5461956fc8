/**
 * The embedded Postgres' own files, as the compiled executable holds them, and an empty database that scripts/build.ts made: making one takes a gigabyte
 * of memory and seconds. From the sources PGlite finds its files beside itself and makes its databases itself.
 */
import initdbWasm from "@electric-sql/pglite/initdb.wasm" with { type: "file" }
import bundle from "@electric-sql/pglite/pglite.data" with { type: "file" }
import pgliteWasm from "@electric-sql/pglite/pglite.wasm" with { type: "file" }
import emptyDatabase from "../../../dist/database.tar.gz" with { type: "file" }

const compiled = async (path: string) => WebAssembly.compile(await Bun.file(path).bytes())

/** `isNew`: there is no database in the folder yet. */
export const options = async (isNew: boolean) => ({
  pgliteWasmModule: await compiled(pgliteWasm),
  initdbWasmModule: await compiled(initdbWasm),
  fsBundle: Bun.file(bundle),
  ...(isNew ? { loadDataDir: new Blob([Bun.gunzipSync(await Bun.file(emptyDatabase).bytes())]) } : {})
})

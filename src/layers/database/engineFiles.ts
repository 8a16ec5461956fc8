/** The embedded Postgres' own files, as the compiled executable holds them. From the sources PGlite finds them beside itself. */
import initdbWasm from "@electric-sql/pglite/initdb.wasm" with { type: "file" }
import bundle from "@electric-sql/pglite/pglite.data" with { type: "file" }
import pgliteWasm from "@electric-sql/pglite/pglite.wasm" with { type: "file" }

const compiled = async (path: string) => WebAssembly.compile(await Bun.file(path).bytes())

export const options = async () => ({
  pgliteWasmModule: await compiled(pgliteWasm),
  initdbWasmModule: await compiled(initdbWasm),
  fsBundle: Bun.file(bundle)
})

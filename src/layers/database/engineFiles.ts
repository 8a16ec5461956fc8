/**
 * PGlite's files inside the compiled executable, and a database without rows, compressed by scripts/embedded.ts. When run from source, PGlite finds its files and
 * creates databases itself.
 */
import emptyDatabase from "../../../dist/embedded/database.tar.zst" with { type: "file" }
import initdbWasm from "../../../dist/embedded/initdb.wasm.zst" with { type: "file" }
import bundle from "../../../dist/embedded/pglite.data.zst" with { type: "file" }
import pgliteWasm from "../../../dist/embedded/pglite.wasm.zst" with { type: "file" }

const contentOf = async (path: string) => Bun.zstdDecompress(await Bun.file(path).bytes())
const compiled = async (path: string) => WebAssembly.compile(await contentOf(path))

/** `isNew`: the folder has no database yet. */
export const options = async (isNew: boolean) => {
  const [pgliteWasmModule, initdbWasmModule, files, ...database] = await Promise.all([
    compiled(pgliteWasm),
    compiled(initdbWasm),
    contentOf(bundle),
    ...(isNew ? [contentOf(emptyDatabase)] : [])
  ])
  const loadDataDir = database.map((content) => ({ loadDataDir: new Blob([content]) }))
  return { pgliteWasmModule, initdbWasmModule, fsBundle: new Blob([files]), ...loadDataDir[0] }
}

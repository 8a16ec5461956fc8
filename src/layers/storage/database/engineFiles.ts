/**
 * PGlite's files inside the compiled executable, and an empty database, compressed by scripts/embedded.ts. When run from source, PGlite finds its
 * files and creates databases itself.
 */
import emptyDatabase from "../../../../dist/embedded/database.tar.zst" with { type: "file" }
import initdbWasm from "../../../../dist/embedded/initdb.wasm.zst" with { type: "file" }
import bundle from "../../../../dist/embedded/pglite.data.zst" with { type: "file" }
import pgliteWasm from "../../../../dist/embedded/pglite.wasm.zst" with { type: "file" }

const contentOf = async (path: string) => Bun.zstdDecompress(await Bun.file(path).bytes())
const compiled = async (path: string) => WebAssembly.compile(await contentOf(path))

/** `folder`: unpacks a new database into it first. PGlite could unpack it too, but would hold all of its files three times. */
export const options = async (folder: string | undefined) => {
  const [pgliteWasmModule, initdbWasmModule, files] = await Promise.all([
    compiled(pgliteWasm),
    compiled(initdbWasm),
    contentOf(bundle),
    folder === undefined ? undefined : contentOf(emptyDatabase).then((content) => new Bun.Archive(content).extract(folder))
  ])
  return { pgliteWasmModule, initdbWasmModule, fsBundle: new Blob([files]) }
}

/** The packages whose code is in the page, as its bundler lists them. */
import { join, resolve } from "node:path"
import { build } from "vite"

const root = resolve(import.meta.dirname, "../..")

/** The paths of all files that the page is built from. Takes some seconds, and writes nothing. */
export const pageFiles = async (): Promise<ReadonlyArray<string>> => {
  const before = process.env.NODE_ENV
  const built = await build({ configFile: join(root, "web/vite.config.ts"), logLevel: "warn", build: { write: false } })
  // Vite sets it. What this process does next, and starts, must not depend on that.
  if (before === undefined) delete process.env.NODE_ENV
  else process.env.NODE_ENV = before
  const outputs = Array.isArray(built) ? built : "output" in built ? [built] : []
  if (outputs.length === 0) throw new Error("the page's bundler did not list its files")
  const modules = outputs.flatMap(({ output }) => output.flatMap((part) => (part.type === "chunk" ? part.moduleIds : [])))
  // The bundler's own helpers have no path.
  const helpers = modules.some((id) => id.startsWith("\0")) ? [join(root, "node_modules/vite/package.json")] : []
  return [...modules.filter((id) => !id.startsWith("\0")).map((id) => id.replace(/\?.*$/, "")), ...helpers].toSorted()
}

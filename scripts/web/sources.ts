/** What web/built.page was built from, as one hash: so that a test can tell an outdated page without building it. */
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"

const root = resolve(import.meta.dirname, "../..")

/** The packages whose versions decide what a build gives. */
const PACKAGES = ["react", "react-dom", "vite", "@vitejs/plugin-react", "rollup", "esbuild"]

const transpilers = { ts: new Bun.Transpiler({ loader: "ts" }), tsx: new Bun.Transpiler({ loader: "tsx" }) }

/** The files of ours whose values a file imports. Types are not part of what is built. */
const importsOf = (file: string): ReadonlyArray<string> =>
  /\.tsx?$/.test(file)
    ? transpilers[file.endsWith("x") ? "tsx" : "ts"]
        .scanImports(readFileSync(file, "utf8"))
        .filter(({ path }) => path.startsWith("."))
        .map(({ path }) => resolve(dirname(file), path))
        .filter(existsSync)
    : []

/** All files of the page, with those of src/ whose values they import. */
const sources = (): ReadonlyArray<string> => {
  const found = new Set<string>()
  const add = (file: string): void => {
    if (found.has(file)) return
    found.add(file)
    for (const target of importsOf(file)) add(target)
  }
  for (const folder of ["web/src", "web/public"])
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
      if (entry.isFile()) add(join(entry.parentPath, entry.name))
  for (const name of ["index.html", "vite.config.ts", "tsconfig.json"]) add(join(root, "web", name))
  return [...found].toSorted()
}

const sha256 = (parts: ReadonlyArray<string | Uint8Array>): string => {
  const hash = createHash("sha256")
  for (const part of parts) hash.update(part).update("\0")
  return hash.digest("hex")
}

/** The hashes that `npm run web` writes beside the page, and that a test compares: of the sources, and of the page that was made of them. */
export const pageHashes = (page: string): { readonly sources: string; readonly page: string } => {
  const lock: { readonly packages: Readonly<Record<string, { readonly version?: string }>> } = JSON.parse(
    readFileSync(join(root, "package-lock.json"), "utf8")
  )
  const versions = PACKAGES.map((name) => `${name}@${lock.packages[`node_modules/${name}`]?.version ?? "none"}`)
  const files = sources().flatMap((file) => [relative(root, file).replaceAll("\\", "/"), readFileSync(file)])
  return { sources: sha256([...versions, ...files]), page: sha256([page]) }
}

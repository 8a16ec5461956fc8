/**
 * `npm run web`: builds the page into web/built.page, one file that holds the texts of all its files. The server reads it, and the executable
 * contains it. web/built.json holds the hashes by which a test tells an outdated page.
 * `-- --check` says whether the committed files are current; `-- --dev` serves the page from its sources, in front of a `gittensor serve` at
 * GITTENSOR_API.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { brotliCompressSync } from "node:zlib"
import { build, createServer } from "vite"
import { isBinary } from "../src/dashboard/api/page/Page.ts"
import { pageHashes } from "./web/sources.ts"

const root = resolve(import.meta.dirname, "..")
const configFile = join(root, "web/vite.config.ts")
const output = join(root, "web/built.page")
const hashes = join(root, "web/built.json")

const filesOf = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replaceAll("\\", "/"))
    .toSorted()

/** The built files' texts by their paths; those that are no text in base64. */
const built = async (): Promise<Readonly<Record<string, string>>> => {
  const outDir = mkdtempSync(join(tmpdir(), "gittensor-web-"))
  try {
    await build({ configFile, logLevel: "warn", build: { outDir, emptyOutDir: true } })
    return Object.fromEntries(filesOf(outDir).map((path) => [path, readFileSync(outDir + path, isBinary(path) ? "base64" : "utf8")]))
  } finally {
    rmSync(outDir, { recursive: true, force: true })
  }
}

const written = (files: Readonly<Record<string, string>>) => `${JSON.stringify(files, null, 1)}\n`
const hashesOf = (page: string) => `${JSON.stringify(pageHashes(page), null, 2)}\n`

const scripts = (files: Readonly<Record<string, string>>) => Object.entries(files).filter(([path]) => path.endsWith(".js"))
const compressed = (text: string) => brotliCompressSync(text).length

if (process.argv.includes("--dev")) {
  const server = await createServer({ configFile })
  await server.listen()
  server.printUrls()
} else if (process.argv.includes("--check")) {
  const page = written(await built())
  const current = readFileSync(output, "utf8") === page && readFileSync(hashes, "utf8") === hashesOf(page)
  console.log(current ? "web/built.page is what its sources give" : "web/built.page is not current: run npm run web")
  process.exit(current ? 0 : 1)
} else {
  const files = await built()
  const page = written(files)
  writeFileSync(output, page)
  writeFileSync(hashes, hashesOf(page))
  const all = scripts(files).reduce((sum, [, text]) => sum + compressed(text), 0)
  const first = scripts(files).reduce((sum, [path, text]) => sum + (files["/index.html"]?.includes(path) ? compressed(text) : 0), 0)
  const kilobytes = (bytes: number) => (bytes / 1_000).toFixed(1)
  console.log(
    `web/built.page: ${Object.keys(files).length} files; compressed script: ${kilobytes(first)} KB first, ${kilobytes(all)} KB in all`
  )
}

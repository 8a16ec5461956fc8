/**
 * The compressed files in the executable, made before its build: PGlite's files, an empty database for it, the page, the page that describes the API,
 * and the picture renderer. Compressed they take 6 MB instead of 25, and decompressing takes less than a tenth of the embedded database's start time.
 */
import { mkdirSync, readFileSync, renameSync, statSync } from "node:fs"
import { basename, join } from "node:path"
import { SCHEMA_CHECKSUM } from "../src/layers/storage/database/Database.ts"
import { bundle } from "../web/bundle.ts"
import { emptyDatabase } from "./database/empty.ts"

const FOLDER = "dist/embedded"
const PGLITE = "node_modules/@electric-sql/pglite"
const RENDERER = "node_modules/@resvg/resvg-wasm/index_bg.wasm"

/**
 * An embedded database with the index's tables and no rows, made once for a version of PGlite and the migrations: creating one takes seconds and a
 * gigabyte of memory. A program that opens it applies missing migrations. It contains its creation time, so executables are equal only if they are
 * built with the same file.
 */
export const SEED = join(FOLDER, "database.tar.zst")
/** The schema for which the seed was made or given. */
export const SEED_SCHEMA = join(FOLDER, "database.schema")
const PICTURES = join(FOLDER, "resvg.wasm.zst")
const PAGE = join(FOLDER, "page.json.zst")

const isCurrent = (file: string, source: string): boolean => {
  const made = statSync(file, { throwIfNoEntry: false })
  return made !== undefined && made.mtimeMs >= statSync(source).mtimeMs
}

/** Writes atomically, because builds of several tests may run at once. */
const write = async (file: string, content: Uint8Array): Promise<void> => {
  await Bun.write(`${file}.${process.pid}`, content)
  renameSync(`${file}.${process.pid}`, file)
}

/** The highest level, because only it finds a database's repetitions. It takes seconds, once. */
const compressed = (content: Uint8Array | string): Promise<Uint8Array> => Bun.zstdCompress(content, { level: 22 })

const hasThisSchema = (): boolean =>
  statSync(SEED_SCHEMA, { throwIfNoEntry: false }) !== undefined && readFileSync(SEED_SCHEMA, "utf8") === SCHEMA_CHECKSUM

/** Makes the files that are missing or older than their sources. `seed`: the file to use as the empty database. */
export const prepareEmbedded = async (seed?: string): Promise<void> => {
  mkdirSync(FOLDER, { recursive: true })
  if (seed !== undefined || !isCurrent(SEED, join(PGLITE, "package.json")) || !hasThisSchema()) {
    await write(SEED, await (seed === undefined ? compressed(await emptyDatabase()) : Bun.file(seed).bytes()))
    await write(SEED_SCHEMA, Buffer.from(SCHEMA_CHECKSUM))
  }
  const engine = ["pglite.wasm", "pglite.data", "initdb.wasm"].map((name) => join(PGLITE, "dist", name))
  const copies = engine.map((source) => [source, join(FOLDER, `${basename(source)}.zst`)] as const)
  for (const [source, file] of [...copies, [RENDERER, PICTURES] as const]) {
    if (!isCurrent(file, source)) await write(file, await compressed(await Bun.file(source).bytes()))
  }
  await write(PAGE, await compressed(JSON.stringify((await bundle()).files)))
}

/** In the executable, the picture renderer is decompressed for the first picture. */
export const compressedRenderer: Bun.BunPlugin = {
  name: "compressed renderer of pictures",
  setup: (build) => {
    build.onResolve({ filter: /^@resvg[/\\]resvg-wasm[/\\]index_bg\.wasm$/ }, () => ({ path: join(process.cwd(), PICTURES) }))
  }
}

/**
 * polkadot.js has a table of every runtime version of Polkadot's own networks since 2019, to read their old blocks. The program connects to none of
 * these networks, so the executable leaves the table out.
 */
export const withoutForeignUpgrades: Bun.BunPlugin = {
  name: "without the runtimes of Polkadot's networks",
  setup: (build) => {
    build.onLoad({ filter: /types-known[/\\]upgrades[/\\]e2e[/\\]index\.js$/ }, () => ({ loader: "js", contents: "export {}" }))
  }
}

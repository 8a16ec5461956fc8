/**
 * The data folders of releases, as a validator left them (`npm run release -- --data FOLDER` keeps one), and what this program does with their files and with those
 * of earlier and later programs.
 */
import { Database } from "bun:sqlite"
import { execFileSync } from "node:child_process"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Layer, Logger, Schema } from "effect"
import { AccountAddress } from "../../../src/domain/Account.ts"
import { SubnetView } from "../../../src/layers/chain/subnet/SubnetView.ts"
import * as TallyCache from "../../../src/layers/parsing/TallyCache.ts"
import * as Journal from "../../../src/layers/protection/Journal.ts"
import { type DataFileKey, dataFiles } from "../../../src/layers/storage/dataFolder/dataFolder.ts"
import * as RosterArchive from "../../../src/layers/storage/dataFolder/RosterArchive.ts"
import * as ScoreCache from "../../../src/layers/storage/dataFolder/ScoreCache.ts"
import * as Watches from "../../../src/layers/storage/dataFolder/Watches.ts"
import * as Enrolments from "../../../src/scoring/issue_competitions/enrolments/Enrolments.ts"

const chain = "a chain"
const BYTES = 1_000_000

const view = Layer.succeed(SubnetView, {
  genesisHash: `0x${"00".repeat(32)}`,
  netuid: 74,
  contract: AccountAddress.make("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"),
  current: Effect.die("nobody asks")
})

/** What opens each SQLite file, as the validator does, but for `quality.sqlite`, whose library migrates it. */
export const openers = {
  journal: Journal.layer,
  enrolments: (file) => Layer.provide(Enrolments.layer({ file }), view),
  watches: (file) => Watches.layer({ file, chain }),
  rosters: (file) => RosterArchive.layer({ file, chain, netuid: 74 }),
  scored: (file) => ScoreCache.layerFile(file, BYTES),
  trees: (file) => TallyCache.layerFile(file, BYTES)
} satisfies Partial<Record<DataFileKey, (file: string) => Layer.Layer<never, { readonly message: string }>>>
export type Opened = keyof typeof openers

/** Opens a file and closes it again. Returns the error's sentence; undefined: it can be used. */
export const refusalOf = (key: Opened, file: string) =>
  Effect.scoped(Layer.build<never, { readonly message: string }, never>(openers[key](file))).pipe(
    Effect.match({ onFailure: ({ message }) => message.replaceAll(file, dataFiles[key].name), onSuccess: () => undefined }),
    Effect.provide(Logger.remove(Logger.defaultLogger))
  )

const Names = Schema.Array(Schema.Tuple(Schema.String))

/** All rows of a file, by table. */
export const rowsIn = (file: string): ReadonlyMap<string, ReadonlyArray<unknown>> => {
  const database = new Database(file, { readonly: true })
  try {
    const tables = Schema.decodeUnknownSync(Names)(
      database.query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").values()
    )
    return new Map(tables.map(([table]) => [table, database.query(`SELECT * FROM "${table}"`).all()]))
  } finally {
    database.close()
  }
}

const change = (file: string, of: (table: string) => string) => {
  const tables = [...rowsIn(file).keys()]
  const database = new Database(file)
  for (const table of tables) database.run(of(table))
  database.close()
}

/** Makes it like a later program's: a column more in each table, and a table more. */
export const makeLater = (file: string): void => {
  change(file, (table) => `ALTER TABLE "${table}" ADD COLUMN later TEXT`)
  const database = new Database(file)
  database.run("CREATE TABLE later (later TEXT)")
  database.close()
}

/** Makes it like an earlier program's, which kept less: without the last column. */
const makeEarlier = (file: string): void => {
  const database = new Database(file)
  const [table = ""] = rowsIn(file).keys()
  const columns = Schema.decodeUnknownSync(Names)(database.query(`SELECT name FROM pragma_table_info('${table}') WHERE pk = 0`).values())
  const last = columns.at(-1)?.[0] ?? ""
  // Only a rename does without rebuilding what indexes and constraints name.
  database.run(`ALTER TABLE "${table}" RENAME COLUMN "${last}" TO "${last}_of_old"`)
  database.close()
}

/** Unpacks a release's data folder until the scope ends. */
export const unpacked = (release: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const folder = mkdtempSync(join(tmpdir(), "gittensor-release-"))
      execFileSync("tar", ["-xzf", join(import.meta.dirname, "../releases", release), "-C", folder])
      return folder
    }),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )

export const releases: ReadonlyArray<string> = readdirSync(join(import.meta.dirname, "../releases")).toSorted()

/** What becomes of a file that lacks a column, in words for docs/operate.md, by key. The file is made by this program. */
const fates = Effect.gen(function* () {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-fates-"))),
    (made) => Effect.sync(() => rmSync(made, { recursive: true, force: true }))
  )
  return yield* Effect.forEach(Object.keys(openers) as ReadonlyArray<Opened>, (key) =>
    Effect.gen(function* () {
      const file = join(folder, dataFiles[key].name)
      yield* refusalOf(key, file)
      makeEarlier(file)
      const refusal = yield* refusalOf(key, file)
      const isMovedAside = readdirSync(folder).some((name) => name.startsWith(`${dataFiles[key].name}.older-`))
      return { key, fate: refusal === undefined ? (isMovedAside ? "moved aside, and made anew" : "made anew") : `refused: “${refusal}”` }
    })
  )
})

/** The table of docs/operate.md: each file, what it holds, and what becomes of it. */
export const dataFolderTable = Effect.map(Effect.scoped(fates), (found) => {
  // The cache of commits is opened as that of scores is, and `quality.sqlite` is migrated by its library.
  const fateOf = (key: string) => {
    if (key === "quality") return "migrated"
    return found.find((one) => one.key === (key === "commits" ? "scored" : key))?.fate ?? "—"
  }
  return [
    "| file | holds | if it is deleted | from an earlier program that kept less |",
    "|---|---|---|---|",
    ...Object.entries(dataFiles).map(([key, { name, holds, ifDeleted }]) => `| \`${name}\` | ${holds} | ${ifDeleted} | ${fateOf(key)} |`)
  ].join("\n")
})

import { join } from "node:path"
import { Effect, type Scope } from "effect"
import { messageOf } from "../../../../src/domain/messageOf.ts"
import { codeOf, type Database, faultOf, open as openFile } from "../../../../src/layers/storage/sqlite/sqlite.ts"
import { type Block, makeBlock } from "../Block.ts"
import { decodeHeader, encodeHeader } from "../codec/header.ts"
import { compact, concat, lengthPrefixed, ScaleReader } from "../codec/scale.ts"
import { StorageFailed, UnusableFolder } from "../DevChainError.ts"
import type { Change } from "./StateStore.ts"

const formatVersion = "1"

const schema = `
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS blocks (number INTEGER PRIMARY KEY, header BLOB NOT NULL, extrinsics BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS state (
    child TEXT NOT NULL, key TEXT NOT NULL, block INTEGER NOT NULL, value BLOB,
    PRIMARY KEY (child, key, block)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS state_by_block ON state (block);
`

/** A stored chain: its blocks from genesis on, and the changes of each retained block, oldest first. */
export interface StoredChain {
  readonly blocks: ReadonlyArray<Block>
  readonly changes: ReadonlyArray<{ readonly block: number; readonly changes: ReadonlyArray<Change> }>
  readonly floor: number
}

/** A folder that stores one chain. Only one process can have it open. */
export interface ChainDatabase {
  /** Undefined for a new folder. */
  readonly stored: StoredChain | undefined
  /** Writes a block and its changes in one transaction, and deletes versions that are invisible to all blocks from `floor` on. */
  readonly append: (block: Block, changes: ReadonlyArray<Change>, floor: number) => Effect.Effect<void, StorageFailed>
}

const encodeExtrinsics = (extrinsics: ReadonlyArray<Uint8Array>) => concat([compact(extrinsics.length), ...extrinsics.map(lengthPrefixed)])
const decodeExtrinsics = (bytes: Uint8Array) => new ScaleReader(bytes).list((reader) => reader.lengthPrefixed().slice())

const reasonOf = (cause: unknown): string => {
  const code = codeOf(cause)
  if (faultOf(code) === "busy") return "another process has it open: stop that one or choose another folder"
  if (code === "SQLITE_NOTADB") return "chain.sqlite in it is not the database of a dev chain"
  return messageOf(cause)
}

interface StateRow {
  readonly child: string
  readonly key: string
  readonly block: number
  readonly value: Uint8Array | null
}

const readBack = (database: Database): StoredChain => {
  const blocks = database
    .query<{ header: Uint8Array; extrinsics: Uint8Array }, []>("SELECT header, extrinsics FROM blocks ORDER BY number")
    .all()
    .map(({ header, extrinsics }) => makeBlock(decodeHeader(header), decodeExtrinsics(extrinsics)))
  const byBlock = new Map<number, Array<Change>>()
  for (const row of database.query<StateRow, []>("SELECT child, key, block, value FROM state ORDER BY block, child, key").iterate()) {
    const changes = byBlock.get(row.block) ?? []
    byBlock.set(row.block, changes)
    changes.push({ child: row.child, key: row.key, value: row.value })
  }
  const floor = Number(database.query<{ value: string }, [string]>("SELECT value FROM meta WHERE name = ?").get("floor")?.value ?? 0)
  return { blocks, changes: [...byBlock].map(([block, changes]) => ({ block, changes })), floor }
}

const openDatabase = (folder: string): Database =>
  openFile({ file: join(folder, "chain.sqlite"), tables: `BEGIN IMMEDIATE; ${schema} COMMIT`, mode: "exclusiveFast" })

/**
 * Opens the folder, creating it if necessary. Refuses a chain with another genesis (a different runtime or configuration).
 *
 * @param genesisHash digits without 0x
 */
export const open = (folder: string, genesisHash: string): Effect.Effect<ChainDatabase, UnusableFolder, Scope.Scope> =>
  Effect.gen(function* () {
    const unusable = (cause: unknown) => new UnusableFolder({ folder, reason: reasonOf(cause) })
    const database = yield* Effect.acquireRelease(Effect.try({ try: () => openDatabase(folder), catch: unusable }), (opened) =>
      Effect.sync(() => opened.close())
    )
    const readMeta = database.query<{ value: string }, [string]>("SELECT value FROM meta WHERE name = ?")
    const writeMeta = database.query("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)")

    const format = readMeta.get("format")?.value
    if (format !== undefined && format !== formatVersion) {
      return yield* unusable(`it was written by another version of the program (format ${format}, this one reads ${formatVersion})`)
    }
    const genesis = readMeta.get("genesis")?.value
    if (genesis !== undefined && genesis !== genesisHash) {
      return yield* unusable(
        `the chain in it began from another runtime or genesis (0x${genesis}, now 0x${genesisHash}): give the same ones again or choose another folder`
      )
    }
    const stored = genesis === undefined ? undefined : yield* Effect.try({ try: () => readBack(database), catch: unusable })

    const insertBlock = database.query("INSERT INTO blocks (number, header, extrinsics) VALUES (?, ?, ?)")
    const insertState = database.query("INSERT INTO state (child, key, block, value) VALUES (?, ?, ?, ?)")
    const changedAt = database.query<{ child: string; key: string }, [number]>("SELECT child, key FROM state WHERE block = ?")
    const forgetOlder = database.query("DELETE FROM state WHERE child = ? AND key = ? AND block < ?")
    const forgetRemoved = database.query("DELETE FROM state WHERE block = ? AND value IS NULL")
    let floor = stored?.floor ?? 0

    const append = database.transaction((block: Block, changes: ReadonlyArray<Change>, newFloor: number) => {
      if (block.number === 0) {
        writeMeta.run("format", formatVersion)
        writeMeta.run("genesis", block.hash)
      }
      insertBlock.run(block.number, encodeHeader(block.header), encodeExtrinsics(block.extrinsics))
      for (const { child, key, value } of changes) insertState.run(child, key, block.number, value)
      if (newFloor === floor) return
      for (let at = floor + 1; at <= newFloor; at++) {
        for (const { child, key } of changedAt.all(at)) forgetOlder.run(child, key, at)
        forgetRemoved.run(at)
      }
      writeMeta.run("floor", String(newFloor))
    })

    return {
      stored,
      append: (block, changes, newFloor) =>
        Effect.try({
          try: () => {
            append(block, changes, newFloor)
            floor = newFloor
          },
          catch: (cause) => new StorageFailed({ folder, reason: reasonOf(cause) })
        })
    }
  })

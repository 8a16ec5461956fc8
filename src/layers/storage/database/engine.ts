/** PGlite: Postgres in this process, its files in a folder. One backend for all connections. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import type { PGlite, PGliteOptions } from "@electric-sql/pglite"
import { messageOf } from "../../../domain/messageOf.ts"
import { IS_COMPILED } from "../../machine/process/ownProgram.ts"
import { ENGINE_STOPPED } from "./errors.ts"

/** Type bytes of client messages that are answered together; Sync or a simple query ends the group. */
const STATEMENT_PARTS: ReadonlySet<number | undefined> = new Set([..."PBDECHFdcf"].map((letter) => letter.charCodeAt(0)))
const SYNC = new Uint8Array([0x53, 0, 0, 0, 4])

/** Type bytes of client messages that the server answers: a simple query (Q), Sync (S), and the start-up packet, which has no type byte and begins with 0. */
const EXPECTS_ANSWER: ReadonlySet<number | undefined> = new Set([0x51, 0x53, 0])

/** ErrorResponse and ReadyForQuery, as a server would send them. */
const crashAnswer = (cause: unknown): Uint8Array => {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${ENGINE_STOPPED}\0M${messageOf(cause)}\0\0`)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(fields.length + 4)
  return Buffer.concat([Buffer.from("E"), length, fields, Buffer.from("Z\0\0\0\x05I", "latin1")])
}

/**
 * Settings for a small engine, whose memory is this process's: the default of 128 MB of shared buffers is allocated at once, although the system's
 * page cache already holds the files.
 */
const SMALL_ENGINE_SETTINGS = ["shared_buffers=16MB", "wal_buffers=1MB", "maintenance_work_mem=16MB"].flatMap((setting) => ["-c", setting])

/**
 * Opens the database in a folder, creating it if it is missing. pglite-socket keeps other connections out while a transaction is open, but not between the
 * parts of one statement (Parse, Bind, Execute, Sync): another connection's Parse would replace the statement before it is bound. So an unfinished statement
 * counts as a transaction (electric-sql/pglite#1046).
 */
export const open = async (folder: string | undefined, options: PGliteOptions = {}): Promise<PGlite> => {
  const { PGlite } = await import("@electric-sql/pglite")
  class Engine extends PGlite {
    #inStatement = false
    /** The answer to everything since it crashed. */
    #crashed: Uint8Array | undefined

    override isInTransaction() {
      return this.#inStatement || (this.#crashed === undefined && super.isInTransaction())
    }

    override async execProtocolRawStream(...[message, how]: Parameters<PGlite["execProtocolRawStream"]>) {
      this.#inStatement = STATEMENT_PARTS.has(message[0])
      try {
        if (this.#crashed === undefined) return await super.execProtocolRawStream(message, how)
      } catch (cause) {
        // After a crash the socket server would answer no client (electric-sql/pglite#1046, defect B).
        this.#crashed = crashAnswer(cause)
      }
      if (EXPECTS_ANSWER.has(message[0])) how.onRawData(this.#crashed)
    }

    /** The socket server's ROLLBACK for a closed connection, which may have been in the middle of a statement. */
    override async exec(...given: Parameters<PGlite["exec"]>) {
      if (this.#crashed !== undefined) return []
      if (this.#inStatement) {
        this.#inStatement = false
        await this.execProtocolRaw(SYNC)
      }
      return await super.exec(...given)
    }
  }
  const madeIn = folder === undefined || existsSync(join(folder, "PG_VERSION")) ? undefined : folder
  const files = IS_COMPILED ? await (await import("./engineFiles.ts")).options(madeIn) : {}
  const startParams = [...Engine.defaultStartParams, ...SMALL_ENGINE_SETTINGS]
  const engine = new Engine({ ...files, startParams, ...options, ...(folder === undefined ? {} : { dataDir: folder }) })
  await engine.waitReady
  return engine
}

/** PGlite: Postgres in this process, its files in a folder. One backend for all connections. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import type { PGlite, PGliteOptions } from "@electric-sql/pglite"

/** The first bytes of the frontend's messages that one answer is asked for together; Sync or a simple query ends them. */
const PARTS: ReadonlySet<number | undefined> = new Set([..."PBDECHFdcf"].map((letter) => letter.charCodeAt(0)))
const SYNC = new Uint8Array([0x53, 0, 0, 0, 4])

const isCompiled = () => Bun.embeddedFiles.length > 0

/**
 * Opens the database in a folder, making it if there is none. pglite-socket keeps other connections away while a transaction is open, but not between the
 * parts of one statement (Parse, Bind, Execute, Sync): another connection's Parse would replace the statement that is about to be bound. So a statement
 * that has begun counts as a transaction.
 */
export const open = async (folder: string | undefined, options: PGliteOptions = {}): Promise<PGlite> => {
  const { PGlite } = await import("@electric-sql/pglite")
  class Engine extends PGlite {
    #inStatement = false

    override isInTransaction() {
      return this.#inStatement || super.isInTransaction()
    }

    override async execProtocolRawStream(...[message, how]: Parameters<PGlite["execProtocolRawStream"]>) {
      await super.execProtocolRawStream(message, how)
      this.#inStatement = PARTS.has(message[0])
    }

    /** The socket server's ROLLBACK for a connection that is gone: it may have gone in the middle of a statement. */
    override async exec(...given: Parameters<PGlite["exec"]>) {
      if (this.#inStatement) {
        this.#inStatement = false
        await this.execProtocolRaw(SYNC)
      }
      return await super.exec(...given)
    }
  }
  const isNew = folder !== undefined && !existsSync(join(folder, "PG_VERSION"))
  const files = isCompiled() ? await (await import("./engineFiles.ts")).options(isNew) : {}
  const engine = new Engine({ ...files, ...options, ...(folder === undefined ? {} : { dataDir: folder }) })
  await engine.waitReady
  return engine
}

/**
 * The embedded database: PGlite in a folder, behind a private socket. One process holds it. Other processes of the same user connect to its socket,
 * and one of them takes over when the holder ends. Writes are not synchronised: committed data survives kill -9, but a power loss may damage the
 * database, which is then rebuilt from the chain.
 */

import { createHash } from "node:crypto"
import { existsSync, lstatSync, mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import type { PGlite } from "@electric-sql/pglite"
import { type Duration, Effect, Exit, Schedule, Scope } from "effect"
import { messageOf } from "../../../domain/messageOf.ts"
import { holdLock } from "../dataFolder/FolderLock.ts"
import { codeOf } from "../sqlite/sqlite.ts"
import { open } from "./engine.ts"
import { DatabaseFull, DatabaseRefused, DatabaseUnavailable } from "./errors.ts"

/** Postgres clients derive the name of the socket from its folder and a port number. */
const PORT = 5432
const SOCKET = `.s.PGSQL.${PORT}`
/** The longest socket path that every system allows. */
const LONGEST_SOCKET_PATH = 100

const MAX_CONNECTIONS = 64

/** The socket to which clients connect. */
export interface Socket {
  /** The socket's folder. */
  readonly host: string
  readonly port: number
}

/** A folder for the socket that only this user can enter: the database's own, or a temporary one if that path is too long. */
const socketFolder = (given: string): string => {
  // Postgres clients take a relative path for a host name.
  const folder = resolve(given)
  if (join(folder, SOCKET).length <= LONGEST_SOCKET_PATH) return folder
  const short = join(tmpdir(), `gittensor-${createHash("sha256").update(folder).digest("hex").slice(0, 16)}`)
  mkdirSync(short, { recursive: true, mode: 0o700 })
  const { uid, mode } = lstatSync(short)
  if ((process.getuid !== undefined && uid !== process.getuid()) || (mode & 0o077) !== 0)
    throw new Error(`${short}, where its socket must be, belongs to somebody else or can be entered by others`)
  return short
}

/** The socket of a folder's database, for processes of this user. */
export const socketOf = (folder: string): Socket => ({ host: socketFolder(folder), port: PORT })

const unusable = (folder: string) => (cause: unknown) =>
  new DatabaseRefused({
    where: folder,
    reason: messageOf(cause),
    advice: "choose another folder with --data, or give the address of a Postgres with DATABASE_URL"
  })

/** In bytes: a database that starts writes a segment of its log, of 16 MB. */
const LEAST_SPACE = 16_777_216

/** PGlite ends with other errors than the system's where it cannot write. */
const isFull = (folder: string): boolean => {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize < LEAST_SPACE
}

/** Opens the files. A folder whose creation was interrupted counts as empty, and is created anew. */
const engineIn = (folder: string) => {
  const data = join(folder, "data")
  const complete = join(folder, "complete")
  return Effect.acquireRelease(
    Effect.tryPromise({
      try: async () => {
        if (!existsSync(complete)) rmSync(data, { recursive: true, force: true })
        const engine = await open(data)
        writeFileSync(complete, "")
        return engine
      },
      catch: (cause) =>
        isFull(folder)
          ? new DatabaseFull({ where: folder, reason: messageOf(cause) })
          : new DatabaseRefused({
              where: folder,
              reason: messageOf(cause),
              // Other causes are the system's, such as too many open files, or too little memory.
              isDamaged: codeOf(cause) === "UNKNOWN" && !(cause instanceof RangeError),
              advice:
                "if it is damaged or of another version, move the folder away and index again: everything in it can be read from the chain"
            })
    }),
    (engine) => Effect.promise(() => engine.close())
  )
}

/** Serves an engine at a socket until the scope ends. The caller holds the folder. */
export const listen = (engine: PGlite, folder: string) =>
  Effect.acquireRelease(
    Effect.tryPromise(async () => {
      const { PGLiteSocketServer } = await import("@electric-sql/pglite-socket")
      const path = join(folder, SOCKET)
      // Left behind by a killed process.
      rmSync(path, { force: true })
      const server = new PGLiteSocketServer({ db: engine, path, maxConnections: MAX_CONNECTIONS })
      await server.start()
      return server
    }),
    (server) => Effect.promise(() => server.stop())
  ).pipe(Effect.as<Socket>({ host: folder, port: PORT }))

/** Holds the folder and serves its socket until the scope ends. */
const holdAndServe = (folder: string, socket: string) =>
  Effect.gen(function* () {
    yield* holdLock(folder, "database", "keeps this database")
    const engine = yield* engineIn(folder)
    yield* Effect.mapError(listen(engine, socket), ({ error }) => unusable(folder)(error))
  })

/** As `holding`; on failure it releases the folder. */
const tryToHold = (folder: string, socket: string, scope: Scope.Scope) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const own = yield* Scope.fork(scope, { _tag: "Sequential" })
      return yield* restore(holdAndServe(folder, socket)).pipe(
        Scope.extend(own),
        Effect.onExit((exit) => (Exit.isSuccess(exit) ? Effect.void : Scope.close(own, exit)))
      )
    })
  )

const answers = (socket: string): Effect.Effect<boolean> =>
  Effect.async((resume) => {
    const probe = connect(join(socket, SOCKET))
    const done = (answer: boolean) => {
      probe.destroy()
      resume(Effect.succeed(answer))
    }
    probe.once("connect", () => done(true))
    probe.once("error", () => done(false))
    return Effect.sync(() => probe.destroy())
  })

/** How long to wait for another process that opens the folder: after a power loss it reads the whole log, which may take longer. */
const OPENING_TIMEOUT = "1 minute"

/** Serves the socket, or uses another process that does, until the scope ends. */
export const make = (folder: string, patience: Duration.DurationInput = OPENING_TIMEOUT) =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const socket = yield* Effect.try({
      try: () => {
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        return socketFolder(folder)
      },
      catch: unusable(folder)
    })
    const takeOver = tryToHold(folder, socket, scope)
    const holder = yield* takeOver.pipe(
      Effect.as("this"),
      Effect.catchTag("AnotherProcess", (other) =>
        Effect.flatMap(answers(socket), (answering) => (answering ? Effect.succeed("another") : Effect.fail(other)))
      ),
      Effect.retry({
        while: (error) => error._tag === "AnotherProcess",
        schedule: Schedule.spaced("100 millis").pipe(Schedule.upTo(patience))
      }),
      Effect.catchTag("AnotherProcess", ({ holder }) =>
        Effect.fail(
          new DatabaseUnavailable({
            where: folder,
            reason: `another process${holder === "" ? "" : ` (${holder})`} holds it, and does not serve it yet`,
            advice: "try again; if that does not help, end that process"
          })
        )
      )
    )
    if (holder === "another") {
      yield* Effect.logInfo(`another process holds the database in ${folder}: connected to it`)
      yield* takeOver.pipe(
        Effect.retry({ while: (error) => error._tag === "AnotherProcess", schedule: Schedule.spaced("500 millis") }),
        Effect.zipRight(Effect.logInfo(`the process that held the database in ${folder} has ended: this one holds it now`)),
        Effect.tapError((error) => Effect.logError(`the database in ${folder} can't be taken over, tried again soon: ${error.message}`)),
        Effect.retry(Schedule.spaced("5 seconds")),
        Effect.forkScoped
      )
    }
    return { host: socket, port: PORT } satisfies Socket
  })

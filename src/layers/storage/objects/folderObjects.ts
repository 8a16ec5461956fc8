/** Objects as the files of a folder. */
import { randomUUID } from "node:crypto"
import { mkdir, readdir, readFile, rm, stat, utimes } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { Clock, Effect, Option } from "effect"
import { messageOf } from "../../../domain/messageOf.ts"
import { writeDurably } from "../dataFolder/durableFile.ts"
import { checkedKey, isKey, type ObjectStore, ObjectsUnavailable, ObjectTooLarge, type StoredObject } from "./ObjectStore.ts"

/** The suffix of temporary files, which become objects by a rename. */
const UNFINISHED_SUFFIX = ".unfinished"
/** Milliseconds after which a temporary file belongs to a killed process. */
const ABANDONED_AFTER = 3_600_000

const isMissing = (cause: unknown): boolean =>
  cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR")

const ifPresent = <A, B>(found: Promise<A>, instead: B): Promise<A | B> =>
  found.catch((cause: unknown) => {
    if (isMissing(cause)) return instead
    throw cause
  })

/** Who may read the files: this user alone, or everybody, such as a web server. */
const MODES = { private: { file: 0o600, folder: 0o700 }, public: { file: 0o644, folder: 0o755 } } as const

/** Opens the folder, and creates it if missing. Several processes may write to it. */
export const folderObjects = Effect.fn("folderObjects")(function* (path: string, readers: keyof typeof MODES) {
  const folder = resolve(path)
  const mode = MODES[readers]
  const makeFolder = (path: string) => mkdir(path, { recursive: true, mode: mode.folder })
  const attempt = <A>(operation: string, run: () => Promise<A>) =>
    Effect.tryPromise({
      try: run,
      catch: (cause) => new ObjectsUnavailable({ where: folder, operation, reason: messageOf(cause), hint: "" })
    })
  const unfinished = join(folder, UNFINISHED_SUFFIX)
  const pathOf = (key: string) => join(folder, checkedKey(key))

  const now = yield* Clock.currentTimeMillis
  yield* attempt("keep files", async () => {
    await makeFolder(unfinished)
    for (const name of await readdir(unfinished)) {
      const found = await ifPresent(stat(join(unfinished, name)), undefined)
      if (found !== undefined && found.mtimeMs < now - ABANDONED_AFTER) await rm(join(unfinished, name), { force: true })
    }
  })

  const store: ObjectStore = {
    where: folder,
    put: (key, bytes) =>
      Effect.flatMap(Clock.currentTimeMillis, (time) =>
        attempt("write", async () => {
          const path = pathOf(key)
          await makeFolder(dirname(path))
          await writeDurably(path, bytes, { unfinished: join(unfinished, randomUUID()), mode: mode.file })
          await utimes(path, time / 1_000, time / 1_000)
        })
      ),
    get: (key, limit) =>
      Effect.gen(function* () {
        const path = pathOf(key)
        const found = yield* attempt("read", () => ifPresent(stat(path), undefined))
        if (found !== undefined && found.size > limit) return yield* new ObjectTooLarge({ where: folder, key, limit })
        return Option.fromNullable(yield* attempt("read", () => ifPresent(readFile(path), undefined)))
      }),
    has: (key) => attempt("read", async () => (await ifPresent(stat(pathOf(key)), undefined)) !== undefined),
    remove: (keys) =>
      attempt("delete", async () => {
        for (const key of keys) await rm(pathOf(key), { force: true })
      }),
    list: attempt("list", async () => {
      const entries = await ifPresent(readdir(folder, { recursive: true, withFileTypes: true }), [])
      const found: Array<StoredObject> = []
      for (const entry of entries) {
        const path = join(entry.parentPath, entry.name)
        const key = path.slice(folder.length + 1).replaceAll("\\", "/")
        if (!entry.isFile() || !isKey(key)) continue
        const about = await ifPresent(stat(path), undefined)
        if (about !== undefined) found.push({ key, bytes: about.size, changedAt: about.mtimeMs })
      }
      return found
    })
  }
  return store
})

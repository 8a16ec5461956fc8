/** Writes files atomically: each is complete or absent, whenever the process is killed or the machine loses power. */
import { randomUUID } from "node:crypto"
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises"
import { dirname, join } from "node:path"
import { promisify } from "node:util"
import { gunzip } from "node:zlib"
import { Effect, Either, type ParseResult } from "effect"
import { problemOf } from "../../../domain/jsonProblem.ts"
import { messageOf } from "../../../domain/messageOf.ts"
import { folderFailed, type Result } from "./failure.ts"

const UNFINISHED_SUFFIX = ".unfinished"

const isMissing = (cause: unknown): boolean => cause instanceof Error && "code" in cause && cause.code === "ENOENT"

/** Syncs a folder's entries to the disk, as `sync` does a file's content. */
const syncFolder = async (folder: string) => {
  const handle = await open(folder, "r")
  await handle.sync().finally(() => handle.close())
}

interface Writing {
  /** The temporary path, on the same file system; by default a new one beside the file. It must not exist. */
  readonly unfinished?: string
  /** Its permissions; by default for this user alone. */
  readonly mode?: number
}

/** Writes a file atomically over one of that name. When this returns, the file is on the disk. */
export const writeDurably = async (
  path: string,
  content: string | Uint8Array,
  { unfinished = `${path}.${randomUUID()}${UNFINISHED_SUFFIX}`, mode = 0o600 }: Writing = {}
): Promise<void> => {
  const handle = await open(unfinished, "wx", mode)
  try {
    await handle
      .writeFile(content)
      .then(() => handle.sync())
      .finally(() => handle.close())
    await rename(unfinished, path)
  } catch (cause) {
    await rm(unfinished, { force: true })
    throw cause
  }
  await syncFolder(dirname(path))
}

/** Removes a killed process's temporary files from a folder with no other writer. */
export const removeUnfinished = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder)) if (name.endsWith(UNFINISHED_SUFFIX)) await rm(join(folder, name), { force: true })
}

const ifPresent = <A, B>(found: Promise<A>, instead: B): Promise<A | B> =>
  found.catch((cause: unknown) => {
    if (isMissing(cause)) return instead
    throw cause
  })

/** A file's bytes; undefined if there is no such file. */
const readIfPresent = (path: string): Promise<Uint8Array | undefined> => ifPresent(readFile(path), undefined)

/** The names in a folder; none if there is no such folder. */
export const listIfPresent = (folder: string): Promise<ReadonlyArray<string>> => ifPresent(readdir(folder), [])

/** Creates a folder and its parents, for this user alone. */
export const makeFolder = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
}

const decompress = promisify(gunzip)
const utf8 = new TextDecoder()

/** `what`: what a file should hold. */
export const leaveInPlace = (path: string, what: string, why: string): Result<void> =>
  Effect.logWarning(`${path} is not used: it holds no ${what} (${why})`)

/** The value in a file, compressed if it is a `.gz`. Undefined if there is none, and, after `onInvalid`, if it is damaged or does not belong there. */
export const readValue = Effect.fn("readValue")(function* <A>(
  attempt: ReturnType<typeof attemptsIn>,
  path: string,
  decode: (text: string) => Either.Either<A, ParseResult.ParseError>,
  what: string,
  whyForeign: (value: A) => string | undefined = () => undefined,
  onInvalid = leaveInPlace
) {
  const bytes = yield* attempt("read", () => readIfPresent(path))
  if (bytes === undefined) return undefined
  const text = path.endsWith(".gz")
    ? yield* Effect.either(Effect.tryPromise({ try: () => decompress(bytes), catch: messageOf }))
    : Either.right(bytes)
  const found = Either.flatMap(text, (plain) => Either.mapLeft(decode(utf8.decode(plain).replace(/\n$/, "")), problemOf))
  const why = Either.match(found, { onLeft: (problem) => problem, onRight: whyForeign })
  if (why === undefined) return Either.getOrUndefined(found)
  yield* onInvalid(path, what, why)
  return undefined
})

/** Runs named operations of a store on its folder. `store`: the store, as the subject of a sentence. */
export const attemptsIn =
  (store: string, folder: string) =>
  <A>(operation: string, run: () => Promise<A>): Result<A> =>
    Effect.tryPromise({ try: run, catch: (cause) => folderFailed(store, folder, operation, messageOf(cause)) })

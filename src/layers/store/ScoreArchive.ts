/**
 * A validator's signed scores of every epoch that it scored, one file each. A file is written before weights are set by it and never changes, so
 * that a validator that restarts sets the same weights.
 */
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises"
import { join } from "node:path"
import { Context, Effect, Either, Layer, Schema } from "effect"
import { type EpochScores, type SignedEpochScores, signedEpochScores } from "../../domain/EpochScores.ts"
import { problemOf } from "../../domain/jsonProblem.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"

/** The archive cannot be read or written. No weights may be set by scores that could not be found again. */
export class ScoreArchiveUnavailable extends Schema.TaggedError<ScoreArchiveUnavailable>()("ScoreArchiveUnavailable", {
  operation: Schema.String,
  folder: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `the archive of scores ${this.folder} failed at "${this.operation}" (${this.reason}): check its disk and its permissions`
  }
}

type Result<A> = Effect.Effect<A, ScoreArchiveUnavailable>

export class ScoreArchive extends Context.Tag("gittensor/ScoreArchive")<
  ScoreArchive,
  {
    /** Verified scores of an epoch; undefined if it was not scored. An invalid file is reported and counts as not scored. */
    readonly read: (epoch: number) => Result<SignedEpochScores | undefined>
    /** The newest `count` epochs' scores at or before an epoch, oldest first. */
    readonly recent: (epoch: number, count: number) => Result<ReadonlyArray<SignedEpochScores>>
    /** Signs and writes an epoch's scores, unless the archive has some already. Returns those of the archive, which are on the disk by then. */
    readonly keep: (scores: EpochScores) => Result<SignedEpochScores>
    /** All epochs that it has, rising. */
    readonly epochs: Result<ReadonlyArray<number>>
  }
>() {}

const decode = Schema.decodeUnknownEither(signedEpochScores.Text)
const encode = Schema.encodeSync(signedEpochScores.Text)

const FILE = /^(0|[1-9]\d{0,14})\.json$/
const UNFINISHED = ".unfinished"

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

const isMissing = (cause: unknown): boolean => cause instanceof Error && "code" in cause && cause.code === "ENOENT"

/** Makes the folder's entries durable, as `sync` does a file's content. */
const syncFolder = async (folder: string) => {
  const handle = await open(folder, "r")
  await handle.sync().finally(() => handle.close())
}

/** `problemWith`: why verified scores do not belong in this archive. `onInvalid`: what becomes of an invalid file. */
const reader = (
  folder: string,
  problemWith: (scores: EpochScores) => string | undefined,
  onInvalid: (path: string, epoch: number, why: string) => Result<void>
) => {
  const attempt = <A>(operation: string, run: () => Promise<A>) =>
    Effect.tryPromise({ try: run, catch: (cause) => new ScoreArchiveUnavailable({ operation, folder, reason: reasonOf(cause) }) })
  const pathOf = (epoch: number) => join(folder, `${epoch}.json`)

  const read = Effect.fn("ScoreArchive.read")(function* (epoch: number) {
    const path = pathOf(epoch)
    const text = yield* attempt("read", () =>
      readFile(path, "utf8").catch((cause: unknown) => {
        if (isMissing(cause)) return undefined
        throw cause
      })
    )
    if (text === undefined) return undefined
    const found = decode(text.replace(/\n$/, ""))
    const problem = Either.isLeft(found)
      ? problemOf(found.left)
      : found.right.body.epoch !== epoch
        ? `it holds the scores of epoch ${found.right.body.epoch}`
        : problemWith(found.right.body)
    if (problem === undefined && Either.isRight(found)) return found.right
    yield* onInvalid(path, epoch, problem ?? "")
    return undefined
  })

  const epochs = attempt("list", () => readdir(folder)).pipe(
    Effect.map((names) =>
      names
        .flatMap((name) => FILE.exec(name)?.[1] ?? [])
        .map(Number)
        .toSorted((left, right) => left - right)
    )
  )

  const recent = Effect.fn("ScoreArchive.recent")(function* (epoch: number, count: number) {
    const known = (yield* epochs).filter((one) => one <= epoch)
    const found: Array<SignedEpochScores> = []
    // An invalid file makes room for an older one.
    while (found.length < count) {
      const newest = known.pop()
      if (newest === undefined) break
      const scores = yield* read(newest)
      if (scores !== undefined) found.unshift(scores)
    }
    return found
  })
  const createFolder = attempt("open", () => mkdir(folder, { recursive: true, mode: 0o700 }))
  return { attempt, pathOf, createFolder, read, recent, epochs }
}

const leaveInPlace = (path: string, epoch: number, why: string) =>
  Effect.logWarning(`${path} is not used: it holds no valid scores of epoch ${epoch} (${why})`)

/** Reads any validator's archive, which its own process may be writing: changes nothing in it. */
export const readOnly = (folder: string) => {
  const { read, epochs } = reader(folder, () => undefined, leaveInPlace)
  return { read, epochs }
}

const notBy = (hotkey: KeyPair) => (scores: EpochScores) =>
  scores.validator === hotkey.address ? undefined : `it holds the scores of ${scores.validator}`

/** The hotkey's archive in a folder that no other process writes to. Creates the folder, and removes what a killed process left unfinished. */
export const make = Effect.fn("ScoreArchive.make")(function* (folder: string, hotkey: KeyPair) {
  const { attempt, pathOf, createFolder, read, recent, epochs } = reader(folder, notBy(hotkey), (path, epoch, why) =>
    Effect.gen(function* () {
      const aside = `${path}.damaged-${crypto.randomUUID()}`
      yield* attempt("put aside", () => rename(path, aside))
      yield* Effect.logWarning(`the scores of epoch ${epoch} are invalid (${why}): moved to ${aside}`)
    })
  )

  yield* createFolder
  yield* attempt("open", async () => {
    for (const name of await readdir(folder)) if (name.endsWith(UNFINISHED)) await rm(join(folder, name), { force: true })
  })

  const keep = Effect.fn("ScoreArchive.keep")(function* (scores: EpochScores) {
    const archived = yield* read(scores.epoch)
    if (archived !== undefined) return archived
    const path = pathOf(scores.epoch)
    const signed = signedEpochScores.sign(scores, hotkey)
    yield* attempt("write", async () => {
      const handle = await open(`${path}${UNFINISHED}`, "w", 0o600)
      try {
        await handle.writeFile(`${encode(signed)}\n`)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(`${path}${UNFINISHED}`, path)
      await syncFolder(folder)
    })
    return signed
  })

  return ScoreArchive.of({ read, recent, keep, epochs })
})

export const layer = (folder: string, hotkey: KeyPair): Layer.Layer<ScoreArchive, ScoreArchiveUnavailable> =>
  Layer.effect(ScoreArchive, make(folder, hotkey))

/** For a dry run: reads the hotkey's archive, and signs new scores without writing them. */
export const layerDryRun = (folder: string, hotkey: KeyPair): Layer.Layer<ScoreArchive, ScoreArchiveUnavailable> =>
  Layer.effect(
    ScoreArchive,
    Effect.gen(function* () {
      const { createFolder, read, recent, epochs } = reader(folder, notBy(hotkey), leaveInPlace)
      yield* createFolder
      const keep = (scores: EpochScores) => Effect.map(read(scores.epoch), (archived) => archived ?? signedEpochScores.sign(scores, hotkey))
      return ScoreArchive.of({ read, recent, keep, epochs })
    })
  )

/**
 * The scores of every epoch that this validator measured, a file each. A file is written before weights are set by it and never again: whoever starts after a
 * crash finds the same scores and sets the same weights.
 */
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises"
import { join } from "node:path"
import { Context, Effect, Either, Layer, Schema } from "effect"
import { EpochScores } from "../../domain/EpochScores.ts"

/** The archive cannot be read or written, so no weights may be set: they would not be found again. */
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
    /** The scores of an epoch; undefined: not measured, or its file is damaged, which is told and moved aside. */
    readonly read: (epoch: number) => Result<EpochScores | undefined>
    /** The newest `count` epochs' scores at or before an epoch, oldest first. */
    readonly recent: (epoch: number, count: number) => Result<ReadonlyArray<EpochScores>>
    /** Writes an epoch's scores, unless there are some: those stand. Answers what stands, which the disk has by then. */
    readonly keep: (scores: EpochScores) => Result<EpochScores>
    /** All epochs that it has, rising. */
    readonly epochs: Result<ReadonlyArray<number>>
  }
>() {}

const Text = Schema.parseJson(EpochScores)
const decode = Schema.decodeUnknownEither(Text)
const encode = Schema.encodeSync(Text)

const FILE = /^(0|[1-9]\d{0,14})\.json$/
const UNFINISHED = ".unfinished"

const isMissing = (cause: unknown): boolean => cause instanceof Error && "code" in cause && cause.code === "ENOENT"
const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

/** What is in the file and its name are on the disk when this is done. */
const syncFolder = async (folder: string) => {
  const handle = await open(folder, "r")
  await handle.sync().finally(() => handle.close())
}

/** `onDamaged`: what becomes of a file that holds no scores of its epoch. */
const reader = (folder: string, onDamaged: (path: string, epoch: number) => Result<void>) => {
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
    const found = decode(text)
    if (Either.isRight(found) && found.right.epoch === epoch) return found.right
    yield* onDamaged(path, epoch)
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
  return { attempt, pathOf, read, epochs }
}

/** Looks at the archive of another process, which keeps on writing it: nothing in it is changed. */
export const lookAt = (folder: string) => {
  const { read, epochs } = reader(folder, (path) => Effect.logWarning(`${path} holds no scores of an epoch: left out`))
  return { read, epochs }
}

/** The archive in a folder, which is made. What a killed process left unfinished is removed: only one process has the folder. */
export const make = Effect.fn("ScoreArchive.make")(function* (folder: string) {
  const { attempt, pathOf, read, epochs } = reader(folder, (path, epoch) =>
    Effect.gen(function* () {
      const aside = `${path}.damaged-${crypto.randomUUID()}`
      yield* attempt("put aside", () => rename(path, aside))
      yield* Effect.logWarning(`the scores of epoch ${epoch} are damaged: moved to ${aside}`)
    })
  )

  yield* attempt("open", async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (const name of await readdir(folder)) if (name.endsWith(UNFINISHED)) await rm(join(folder, name), { force: true })
  })

  const recent = Effect.fn("ScoreArchive.recent")(function* (epoch: number, count: number) {
    const known = (yield* epochs).filter((one) => one <= epoch)
    const found: Array<EpochScores> = []
    // A damaged one does not shorten the rest.
    while (found.length < count) {
      const newest = known.pop()
      if (newest === undefined) break
      const scores = yield* read(newest)
      if (scores !== undefined) found.unshift(scores)
    }
    return found
  })

  const keep = Effect.fn("ScoreArchive.keep")(function* (scores: EpochScores) {
    const standing = yield* read(scores.epoch)
    if (standing !== undefined) return standing
    const path = pathOf(scores.epoch)
    yield* attempt("write", async () => {
      const handle = await open(`${path}${UNFINISHED}`, "w", 0o600)
      try {
        await handle.writeFile(`${encode(scores)}\n`)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(`${path}${UNFINISHED}`, path)
      await syncFolder(folder)
    })
    return scores
  })

  return ScoreArchive.of({ read, recent, keep, epochs })
})

export const layer = (folder: string): Layer.Layer<ScoreArchive, ScoreArchiveUnavailable> => Layer.effect(ScoreArchive, make(folder))

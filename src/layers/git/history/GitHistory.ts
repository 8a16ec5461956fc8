/**
 * Answers questions about repositories from git clones in the data folder. Strangers wrote their contents, so a task in a box fetches and reads them.
 */
import { mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { Context, Duration, Effect, Layer, Predicate, Schema } from "effect"
import { messageOf } from "../../../domain/messageOf.ts"
import { Confined, TaskNotDone } from "../../machine/confined/Confined.ts"
import { elapsedMillis } from "../../machine/effects/elapsed.ts"
import { GitUnusable } from "../GitUnusable.ts"
import { networkTo } from "../networkTo.ts"
import { gitHubUrl } from "../operatorsServer.ts"
import { RECORD_LIMITS, type RecordAnswer, type RecordQuestion, recordTask } from "./historyTask.ts"

/** A repository's clone cannot be read, or not now. That says nothing about the repository's contents. */
export class NoGitRecord extends Schema.TaggedError<NoGitRecord>()("NoGitRecord", {
  url: Schema.String,
  why: Schema.String,
  /** Whether the repository exceeds a limit, so that a retry would fail too. */
  isLasting: Schema.Boolean
}) {
  override get message() {
    return `git's record of ${this.url} cannot be read: ${this.why}`
  }
}

/** A repository by GitHub's id, which survives renames, and its present URL. */
export interface RecordedRepository {
  readonly id: number
  /** Ends with ".git". */
  readonly url: string
}

/** Without a data folder there are no clones, and callers use GitHub's API alone. */
export class GitHistory extends Context.Reference<GitHistory>()("gittensor/GitHistory", {
  defaultValue: (): {
    readonly keepsClones: boolean
    /** Updates a clone, and answers from it. */
    readonly ask: (repository: RecordedRepository, question: Partial<RecordQuestion>) => Effect.Effect<RecordAnswer, NoGitRecord>
    /** Why some repositories, or their pull requests, are skipped at present: they exceed a limit. */
    readonly leftAlone: Effect.Effect<ReadonlyArray<NoGitRecord>>
    /** Whether copies are not looked for in a repository at present: its contents exceed a limit. */
    readonly skipsCopiesIn: (repository: RecordedRepository) => Effect.Effect<boolean>
  } => ({
    keepsClones: false,
    ask: ({ url }) => new NoGitRecord({ url, why: "there is no data folder for a clone", isLasting: false }),
    leftAlone: Effect.succeed([]),
    skipsCopiesIn: () => Effect.succeed(false)
  })
}) {}

/** How long a repository that exceeds a limit is skipped. */
const LEFT_ALONE = Duration.hours(6)

/** Concurrent boxes. */
const AT_ONCE = 2

const NO_QUESTION: RecordQuestion = {
  pullRequests: [],
  arrivals: [],
  since: [],
  standings: [],
  between: [],
  changes: [],
  comparisons: [],
  parents: [],
  textsOf: [],
  texts: [],
  added: [],
  places: [],
  sources: []
}

const make = (folder: string) =>
  Effect.gen(function* () {
    const { ask } = yield* Confined
    const gitHub = yield* gitHubUrl
    const boxes = yield* Effect.makeSemaphore(AT_ONCE)
    const places = new Map<number, Effect.Semaphore>()
    const refused = new Map<string, { readonly error: NoGitRecord; readonly until: number }>()

    /** Each clone is used by one task at a time. */
    const alone = (id: number) => {
      const place = places.get(id) ?? Effect.unsafeMakeSemaphore(1)
      places.set(id, place)
      return place.withPermits(1)
    }

    const visit = ({ id, url }: RecordedRepository, question: RecordQuestion) =>
      Effect.gen(function* () {
        const clone = join(folder, String(id))
        yield* Effect.try({
          try: () => mkdirSync(clone, { recursive: true, mode: 0o755 }),
          catch: (cause) => new NoGitRecord({ url, why: messageOf(cause), isLasting: false })
        })
        const { bytes, files, network } = RECORD_LIMITS
        return yield* ask(
          recordTask,
          { url, ...question },
          { places: { clone: { access: "write", outside: clone, bytes, files } }, network: networkTo(url, gitHub, network) }
        ).pipe(
          // A clone that git cannot read is deleted and made anew.
          Effect.tapErrorTag("GitUnusable", ({ isBeyondLimit }) =>
            Effect.sync(() => isBeyondLimit || rmSync(clone, { recursive: true, force: true }))
          ),
          Effect.mapError(
            (cause) =>
              new NoGitRecord({
                url,
                why: cause.message,
                isLasting:
                  (cause instanceof TaskNotDone && (cause.isLasting || cause.cause === "time")) ||
                  (cause instanceof GitUnusable && cause.isBeyondLimit)
              })
          )
        )
      })

    /** Remembers a refusal, so that the repository is skipped for a time. */
    const refuse = (key: string, error: NoGitRecord, consequence: string) =>
      Effect.flatMap(elapsedMillis, (now) => {
        refused.set(key, { error, until: now + Duration.toMillis(LEFT_ALONE) })
        return Effect.logWarning(`${error.message}; ${consequence} for six hours`)
      })
    const refusal = (key: string) =>
      Effect.map(elapsedMillis, (now) => {
        const before = refused.get(key)
        return before !== undefined && now < before.until ? before.error : undefined
      })

    /** The commits of pull requests are anybody's: where they are too much, the others are asked for alone. */
    const answered = (repository: RecordedRepository, question: RecordQuestion) =>
      Effect.gen(function* () {
        if (question.pullRequests.length + question.comparisons.length + question.parents.length === 0)
          return yield* visit(repository, question)
        const key = `pull requests of ${repository.id}`
        const without = Effect.map(
          Effect.suspend(() => visit(repository, { ...question, pullRequests: [], comparisons: [], parents: [] })),
          (answer) => ({
            ...answer,
            heads: question.pullRequests.map(() => null),
            comparisons: question.comparisons.map(() => null),
            parents: question.parents.map(() => null)
          })
        )
        if ((yield* refusal(key)) !== undefined) return yield* without
        return yield* visit(repository, question).pipe(
          Effect.catchIf(
            ({ isLasting }) => isLasting,
            (error) => Effect.zipLeft(without, refuse(key, error, "GitHub's API is asked about its pull requests instead"))
          )
        )
      })

    const leftAlone = Effect.map(elapsedMillis, (now) => [...refused.values()].flatMap(({ error, until }) => (now < until ? [error] : [])))

    const copiesIn = ({ id }: RecordedRepository) => `copies in ${id}`

    return GitHistory.of({
      keepsClones: true,
      leftAlone,
      skipsCopiesIn: (repository) => Effect.map(refusal(copiesIn(repository)), Predicate.isNotUndefined),
      ask: Effect.fn("GitHistory.ask")(function* (repository: RecordedRepository, question: Partial<RecordQuestion>) {
        yield* Effect.annotateCurrentSpan({ url: repository.url })
        // Copies are looked for in all contents, which may be too much where the history is not.
        const isAboutCopies = (question.added ?? []).length + (question.places ?? []).length > 0
        const [key, consequence] = isAboutCopies
          ? [copiesIn(repository), "copies of its contents are not looked for"]
          : [String(repository.id), "GitHub's API is asked instead"]
        const before = yield* refusal(key)
        if (before !== undefined) return yield* before
        return yield* answered(repository, { ...NO_QUESTION, ...question }).pipe(
          boxes.withPermits(1),
          alone(repository.id),
          Effect.tapError((error) => Effect.when(refuse(key, error, consequence), () => error.isLasting))
        )
      })
    })
  })

/** Keeps clones in a folder, each under its repository's id. */
export const layer = (folder: string) => Layer.effect(GitHistory, make(folder))

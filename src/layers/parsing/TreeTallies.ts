/**
 * Parses versions of a pull request's files in separate processes, which are killed when they take too long and replaced when they crash or grow too large.
 * A process works on one pull request at a time, so that pull requests cannot disturb each other.
 */
import { availableParallelism } from "node:os"
import { Context, Duration, Effect, Layer, Option, Pool, Schema } from "effect"
import { Confined } from "../machine/confined/Confined.ts"
import { elapsedMillis } from "../machine/effects/elapsed.ts"
import { count, observe } from "../machine/telemetry/metrics.ts"
import { type CommentPlace, readComments } from "./commentPlaces.ts"
import { type Fingerprints, readFingerprints } from "./fingerprint.ts"
import { type Answer, type FileVersion, type ParsingProcess, start } from "./process/ParsingProcess.ts"
import type { WantedResult } from "./process/protocol.ts"
import { readTally, type Tally } from "./tally.ts"

/** `TimedOut`: the parse ran out of time. `Crashed`: the parser crashed on this version twice, the second time in a fresh process. */
type Unparsed = { readonly _tag: "TimedOut" } | { readonly _tag: "Crashed"; readonly reason: string }

export type Parsed = { readonly _tag: "Tallied"; readonly tally: Tally } | Unparsed

export type Fingerprinted = { readonly _tag: "Fingerprinted"; readonly fingerprints: Fingerprints } | Unparsed

export type Commented = { readonly _tag: "Commented"; readonly comments: ReadonlyArray<CommentPlace> } | Unparsed

/** `Exceeded`: the pull request ran out of its time budget, so no result is known. */
type OfPullRequest<A> = { readonly _tag: "Complete"; readonly versions: ReadonlyArray<A> } | { readonly _tag: "Exceeded" }

export type PullRequestTallies = OfPullRequest<Parsed>
export type PullRequestFingerprints = OfPullRequest<Fingerprinted>
export type PullRequestComments = OfPullRequest<Commented>

/** No parsing process can be started. The files have no score, which is not a score of zero. */
export class ParsingUnavailable extends Schema.TaggedError<ParsingUnavailable>()("ParsingUnavailable", {
  reason: Schema.String
}) {
  override get message() {
    return `no parsing process could be started (${this.reason})`
  }
}

export class TreeTallies extends Context.Tag("gittensor/TreeTallies")<
  TreeTallies,
  {
    /** One result for each version, in order. Waits for a free process. */
    readonly ofPullRequest: (versions: ReadonlyArray<FileVersion>) => Effect.Effect<PullRequestTallies, ParsingUnavailable>
    /** As `ofPullRequest`, for fingerprints. The grammar may also be WORDS of fingerprint.ts and a file's name. */
    readonly fingerprints: (versions: ReadonlyArray<FileVersion>) => Effect.Effect<PullRequestFingerprints, ParsingUnavailable>
    /** As `ofPullRequest`, for the places of comments. */
    readonly comments: (versions: ReadonlyArray<FileVersion>) => Effect.Effect<PullRequestComments, ParsingUnavailable>
  }
>() {}

export interface ParsingLimits {
  /** The most processes. Default: the machine's cores. */
  readonly processes: number
  /** Of the processor's time. */
  readonly parseBudget: Duration.Duration
  /** Of the processor's time. A process that does not answer is killed after {@link PATIENCE} times as long. */
  readonly pullRequestBudget: Duration.Duration
  /** A parser's memory limit; a version that needs more crashes it. At least 32 MiB. */
  readonly maximumBytes: number
  /** A process that holds more memory after a file is replaced. */
  readonly memoryBytes: number
  /** An idle process ends after this. A new one is slow at first, so this is longer than the pauses of a round. */
  readonly idle: Duration.Duration
}

/** How many times its budget a pull request may take on a machine that is busy with other things. */
const PATIENCE = 4

export const defaultLimits: ParsingLimits = {
  processes: availableParallelism(),
  parseBudget: Duration.seconds(2),
  pullRequestBudget: Duration.seconds(10),
  maximumBytes: 2 ** 30,
  memoryBytes: 600_000_000,
  idle: Duration.minutes(10)
}

/** Bytes of texts sent ahead to a process, so that it need not wait for the next one. */
const BYTES_AHEAD = 1 << 20

/** Why a process must be replaced before the pull request is finished. */
type Ending = "crashed" | "memory" | "exceeded"

/** The question to a process about each version. `read`: undefined for a malformed block. */
interface Question<A> {
  readonly wanted: WantedResult
  readonly read: (bytes: Uint8Array) => A | undefined
}

const TALLY_QUESTION: Question<Parsed> = {
  wanted: "tally",
  read: (bytes) => {
    const tally = readTally(bytes)
    return tally === undefined ? undefined : { _tag: "Tallied", tally }
  }
}

const FINGERPRINTS: Question<Fingerprinted> = {
  wanted: "fingerprints",
  read: (bytes) => {
    const fingerprints = readFingerprints(bytes)
    return fingerprints === undefined ? undefined : { _tag: "Fingerprinted", fingerprints }
  }
}

const COMMENTS: Question<Commented> = {
  wanted: "comments",
  read: (bytes) => {
    const comments = readComments(bytes)
    return comments === undefined ? undefined : { _tag: "Commented", comments }
  }
}

/** The work on one pull request: its results, and how often the current version has crashed its process. */
class Work<A> {
  readonly results: Array<A | Unparsed> = []
  /** The processor's time in milliseconds that its answers took. */
  usedMs = 0
  #crashes = 0

  constructor(
    readonly question: Question<A>,
    readonly versions: ReadonlyArray<FileVersion>
  ) {}

  get done(): boolean {
    return this.results.length === this.versions.length
  }

  add(result: A | Unparsed): void {
    this.results.push(result)
    this.#crashes = 0
  }

  /** Records that the first version without a result crashed its process. */
  crash(reason: string): void {
    this.#crashes += 1
    if (this.#crashes < 2) return
    this.results.push({ _tag: "Crashed", reason })
    this.#crashes = 0
  }

  /** The versions to send next, when `sent` have been sent already. */
  next(sent: number): ReadonlyArray<FileVersion> {
    const bytesOf = (versions: ReadonlyArray<FileVersion>) => versions.reduce((sum, { text }) => sum + text.length, 0)
    let ahead = bytesOf(this.versions.slice(this.results.length, sent))
    let end = sent
    while (end < this.versions.length && (end === this.results.length || ahead < BYTES_AHEAD)) {
      ahead += this.versions[end]?.text.length ?? 0
      end += 1
    }
    return this.versions.slice(sent, end)
  }
}

/** Undefined for an answer after which the process cannot be used, such as a damaged one. */
const resultOf = <A>({ read }: Question<A>, { tag, bytes }: Answer): A | Unparsed | undefined =>
  tag === "timedOut" ? { _tag: "TimedOut" } : tag === "done" ? read(bytes) : undefined

const decoder = new TextDecoder()

const make = Effect.fn("TreeTallies.make")(function* (limits: ParsingLimits) {
  const confined = yield* Confined
  const pool = yield* Pool.makeWithTTL({
    acquire: Effect.mapError(
      Effect.provideService(start(limits.maximumBytes), Confined, confined),
      ({ reason }) => new ParsingUnavailable({ reason })
    ),
    min: 0,
    max: Math.max(1, limits.processes),
    timeToLive: limits.idle,
    timeToLiveStrategy: "usage"
  })
  const budgetMs = Duration.toMillis(limits.parseBudget)
  const pullRequestMs = Duration.toMillis(limits.pullRequestBudget)

  const crash = <A>(job: Work<A>, reason: string) =>
    Effect.logWarning("a parsing process ended in the middle of a file and is replaced").pipe(
      Effect.annotateLogs({ reason }),
      Effect.as(Option.some<Ending>("crashed")),
      Effect.tap(() => Effect.sync(() => job.crash(reason)))
    )

  /** Runs the remaining versions in a process until all are done or it must be replaced. */
  const work = Effect.fn("TreeTallies.work")(function* <A>(process: ParsingProcess, job: Work<A>) {
    let sent = job.results.length
    while (!job.done) {
      const next = job.next(sent)
      if (next.length > 0) yield* process.send(job.question.wanted, next, budgetMs)
      sent += next.length
      const answers = yield* Effect.either(process.receive)
      if (answers._tag === "Left") return yield* crash(job, answers.left.reason)
      for (const answer of answers.right) {
        const parsed = resultOf(job.question, answer)
        if (parsed === undefined)
          return yield* crash(
            job,
            answer.tag === "failed" ? decoder.decode(answer.bytes) : `it wrote what is no answer about ${job.question.wanted}`
          )
        job.add(parsed)
        job.usedMs += answer.usedMs
        if (job.usedMs > pullRequestMs && !job.done) return Option.some<Ending>("exceeded")
        // Its unanswered versions are sent to the next process.
        if (answer.memoryBytes > limits.memoryBytes) return Option.some<Ending>("memory")
      }
    }
    return Option.none<Ending>()
  })

  /** One process's part of the work. Returns its time, and whether a budget ran out. A process with unanswered versions is not reused. */
  const session = <A>(job: Work<A>, left: number) =>
    Effect.scoped(
      Effect.gen(function* () {
        const process = yield* pool.get
        const began = yield* elapsedMillis
        const replace = (why: Ending) =>
          Effect.zipRight(count("gittensor_parsing_processes_replaced_total", { why }), pool.invalidate(process))
        const ended = yield* work(process, job).pipe(
          Effect.timeoutOption(Duration.millis(left)),
          Effect.onInterrupt(() => pool.invalidate(process))
        )
        const why = Option.getOrElse(ended, () => Option.some<Ending>("exceeded"))
        if (Option.isSome(why)) yield* replace(why.value)
        const took = (yield* elapsedMillis) - began
        return { took, exceeded: Option.contains(why, "exceeded") }
      })
    )

  const ask = Effect.fn("TreeTallies.ofPullRequest")(function* <A>(question: Question<A>, versions: ReadonlyArray<FileVersion>) {
    yield* Effect.annotateCurrentSpan({ versions: versions.length, wanted: question.wanted })
    const job = new Work(question, versions)
    const patience = PATIENCE * pullRequestMs
    let used = 0
    let exceeded = false
    while (!job.done && !exceeded) {
      const part = yield* session(job, Math.max(1, patience - used))
      used += part.took
      exceeded = part.exceeded
    }
    yield* observe("gittensor_pull_request_parsing_duration_seconds", used / 1000)
    yield* count("gittensor_parsed_pull_requests_total", { result: exceeded ? "exceeded" : "complete" })
    const result: OfPullRequest<A | Unparsed> = exceeded ? { _tag: "Exceeded" } : { _tag: "Complete", versions: job.results }
    return result
  })

  return TreeTallies.of({
    ofPullRequest: (versions) => ask(TALLY_QUESTION, versions),
    fingerprints: (versions) => ask(FINGERPRINTS, versions),
    comments: (versions) => ask(COMMENTS, versions)
  })
})

/** Starts processes on demand. */
export const layer = (limits: Partial<ParsingLimits> = {}): Layer.Layer<TreeTallies, never, Confined> =>
  Layer.scoped(TreeTallies, make({ ...defaultLimits, ...limits }))

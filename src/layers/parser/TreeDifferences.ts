/**
 * Compares the syntax trees of a pull request's files in separate processes, which are killed when they take too long and replaced when they crash or grow
 * too large. A process works on one pull request at a time, so that pull requests cannot disturb each other.
 */
import { availableParallelism } from "node:os"
import { Clock, Context, Duration, Effect, Layer, Option, Pool, Schema } from "effect"
import type { FileRules } from "../../domain/contributions/FileRules.ts"
import type { TreeDifference } from "../../domain/contributions/FileScore.ts"
import { count, countMany, observe } from "../../telemetry/metrics.ts"
import { type ParsingProcess, start } from "./process/ParsingProcess.ts"

/** Two versions of a file in UTF-8; empty where a version does not exist. */
export interface FilePair {
  /** A name of grammars.ts. */
  readonly grammar: string
  readonly base: Uint8Array
  readonly head: Uint8Array
}

/** `timedOut`: versions whose parse ran out of time; they count as empty. */
export interface Compared {
  readonly _tag: "Compared"
  readonly difference: TreeDifference
  readonly timedOut: ReadonlyArray<"base" | "head">
}

/** The parser crashed on this file twice, the second time in a fresh process. */
export interface Crashed {
  readonly _tag: "Crashed"
  readonly reason: string
}

/** `Exceeded`: the pull request ran out of its time budget, so no result is known. */
export type PullRequestDifferences =
  | { readonly _tag: "Complete"; readonly files: ReadonlyArray<Compared | Crashed> }
  | { readonly _tag: "Exceeded" }

/** No parsing process can be started. The files have no score, which is not a score of zero. */
export class ParsingUnavailable extends Schema.TaggedError<ParsingUnavailable>()("ParsingUnavailable", {
  reason: Schema.String
}) {
  override get message() {
    return `no parsing process could be started (${this.reason}): check free memory and the process limit, then try again`
  }
}

export class TreeDifferences extends Context.Tag("gittensor/TreeDifferences")<
  TreeDifferences,
  {
    /** Waits for a free process; the pull request's budget runs while it has one. Pass the same `rules` value as long as the roster does not change. */
    readonly ofPullRequest: (pairs: ReadonlyArray<FilePair>, rules: FileRules) => Effect.Effect<PullRequestDifferences, ParsingUnavailable>
  }
>() {}

export interface ParsingLimits {
  /** The most processes. Default: the machine's cores. */
  readonly processes: number
  /** For each parse. */
  readonly parseBudget: Duration.Duration
  /** For all files of a pull request. */
  readonly pullRequestBudget: Duration.Duration
  /** A parser's memory limit; a file that needs more crashes it. At least 32 MiB. */
  readonly maximumBytes: number
  /** A process that holds more than this after a file is replaced. */
  readonly memoryBytes: number
  /** A process without work ends after this. */
  readonly idle: Duration.Duration
}

export const defaultLimits: ParsingLimits = {
  processes: availableParallelism(),
  parseBudget: Duration.seconds(2),
  pullRequestBudget: Duration.seconds(10),
  maximumBytes: 2 ** 30,
  memoryBytes: 600_000_000,
  idle: Duration.minutes(1)
}

/** Pairs sent ahead to a process, so that it need not wait for the next one. */
const WINDOW = 2

/** Why a process must be replaced before the pull request is finished. */
type Ending = "crashed" | "memory"

/** The work on one pull request: its results, and how often the current file has crashed its process. */
class Work {
  readonly results: Array<Compared | Crashed> = []
  #crashes = 0

  constructor(readonly pairs: ReadonlyArray<FilePair>) {}

  get done(): boolean {
    return this.results.length === this.pairs.length
  }

  add(result: Compared): void {
    this.results.push(result)
    this.#crashes = 0
  }

  /** The first file without a result crashed its process. */
  crash(reason: string): void {
    this.#crashes += 1
    if (this.#crashes < 2) return
    this.results.push({ _tag: "Crashed", reason })
    this.#crashes = 0
  }
}

const make = Effect.fn("TreeDifferences.make")(function* (limits: ParsingLimits, startProcess: typeof start) {
  const pool = yield* Pool.makeWithTTL({
    acquire: Effect.mapError(startProcess(limits.maximumBytes), ({ reason }) => new ParsingUnavailable({ reason })),
    min: 0,
    max: Math.max(1, limits.processes),
    timeToLive: limits.idle,
    timeToLiveStrategy: "usage"
  })
  const budgetMs = Duration.toMillis(limits.parseBudget)

  /** Lets a process work on the remaining pairs until it is done or must be replaced. */
  const work = Effect.fn("TreeDifferences.work")(function* (process: ParsingProcess, job: Work, rules: FileRules) {
    let sent = job.results.length
    let grown = false
    while (job.results.length < job.pairs.length) {
      while (!grown && sent < Math.min(job.pairs.length, job.results.length + WINDOW)) {
        const pair = job.pairs[sent]
        if (pair === undefined) break
        yield* process.send(pair.grammar, pair.base, pair.head, budgetMs, rules)
        sent += 1
      }
      if (sent === job.results.length) return Option.some<Ending>("memory")
      const reply = yield* Effect.either(process.receive)
      if (reply._tag === "Left" || reply.right._tag === "failed") {
        const reason = reply._tag === "Left" ? reply.left.reason : reply.right._tag === "failed" ? reply.right.reason : ""
        yield* Effect.logWarning("a parsing process ended in the middle of a file and is replaced").pipe(Effect.annotateLogs({ reason }))
        job.crash(reason)
        return Option.some<Ending>("crashed")
      }
      const { difference, timedOut, memoryBytes } = reply.right
      job.add({ _tag: "Compared", difference, timedOut })
      if (memoryBytes > limits.memoryBytes) grown = true
    }
    return grown ? Option.some<Ending>("memory") : Option.none<Ending>()
  })

  /** One process's part of the work. Returns the time it took, and whether the budget ran out. A process that owes an answer is not reused. */
  const session = (job: Work, rules: FileRules, left: number) =>
    Effect.scoped(
      Effect.gen(function* () {
        const process = yield* pool.get
        const began = yield* Clock.currentTimeMillis
        const replace = (why: "crashed" | "memory" | "exceeded") =>
          Effect.zipRight(count("gittensor_parsing_processes_replaced_total", { why }), pool.invalidate(process))
        const ended = yield* work(process, job, rules).pipe(
          Effect.timeoutOption(Duration.millis(left)),
          Effect.onInterrupt(() => pool.invalidate(process))
        )
        if (ended._tag === "None") yield* replace("exceeded")
        else if (ended.value._tag === "Some") yield* replace(ended.value.value)
        const took = (yield* Clock.currentTimeMillis) - began
        return { took, exceeded: ended._tag === "None" }
      })
    )

  const ofPullRequest = Effect.fn("TreeDifferences.ofPullRequest")(function* (pairs: ReadonlyArray<FilePair>, rules: FileRules) {
    yield* Effect.annotateCurrentSpan({ files: pairs.length })
    const job = new Work(pairs)
    const budget = Duration.toMillis(limits.pullRequestBudget)
    let used = 0
    let exceeded = false
    while (!job.done && !exceeded) {
      const part = yield* session(job, rules, Math.max(1, budget - used))
      used += part.took
      exceeded = part.exceeded
    }
    yield* observe("gittensor_pull_request_parsing_duration_seconds", used / 1000)
    if (exceeded) {
      yield* count("gittensor_parsed_pull_requests_total", { result: "exceeded" })
      const result: PullRequestDifferences = { _tag: "Exceeded" }
      return result
    }
    const crashed = job.results.filter(({ _tag }) => _tag === "Crashed").length
    const timedOut = job.results.filter((file) => file._tag === "Compared" && file.timedOut.length > 0).length
    yield* countMany("gittensor_parsed_files_total", crashed, { result: "crashed" })
    yield* countMany("gittensor_parsed_files_total", timedOut, { result: "timedOut" })
    yield* countMany("gittensor_parsed_files_total", pairs.length - crashed - timedOut, { result: "compared" })
    yield* count("gittensor_parsed_pull_requests_total", { result: "complete" })
    const result: PullRequestDifferences = { _tag: "Complete", files: job.results }
    return result
  })

  return TreeDifferences.of({ ofPullRequest })
})

/** Starts processes when there is work for them. */
export const layer = (limits: Partial<ParsingLimits> = {}): Layer.Layer<TreeDifferences> =>
  Layer.scoped(TreeDifferences, make({ ...defaultLimits, ...limits }, start))

/** For tests: starts another command instead of this program. */
export const layerOfCommand = (command: ReadonlyArray<string>, limits: Partial<ParsingLimits> = {}): Layer.Layer<TreeDifferences> =>
  Layer.scoped(
    TreeDifferences,
    make({ ...defaultLimits, ...limits }, (maximumBytes) => start(maximumBytes, command))
  )

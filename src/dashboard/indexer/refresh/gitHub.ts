/**
 * Refreshes issues and miners' accounts from GitHub, the longest overdue first, within our share of the rate limit. Failures of GitHub fail no pass:
 * unanswered items are retried later, and each answer is stored in one transaction.
 */
import { SqlClient } from "@effect/sql/SqlClient"
import { Array as Arrays, Clock, Data, Duration, Effect, Either, HashSet, Option, Schema } from "effect"
import { type AccountAddress, Hash32 } from "../../../domain/Account.ts"
import * as GitHubLink from "../../../domain/GitHubLink.ts"
import type { GitHubTrouble } from "../../../domain/GitHubTrouble.ts"
import { RefusedTokens } from "../../../layers/github/client/RefusedTokens.ts"
import { type Gist, GitHubDisplay, GitHubUnavailable, type Seen, type Sought } from "../../../layers/github/display/GitHubDisplay.ts"
import * as RareLines from "../../../layers/machine/effects/rareLines.ts"
import { explained, transaction } from "../../../layers/storage/database/Database.ts"
import { IndexMonitor } from "../health.ts"
import { type Followed, followedIn, recordTimeline } from "./plays.ts"
import * as Record from "./record.ts"
import * as RefreshSchedule from "./schedule.ts"

export interface GitHubRefreshed {
  readonly issues: number
  readonly miners: number
  /** Items still due. */
  readonly waiting: number
  /** Why the run stopped early; null if nothing more was due. */
  readonly stopped: string | null
  /** Why data may be missing now; null: no trouble. */
  readonly trouble: GitHubTrouble | null
}

export interface RefreshOptions {
  /** Time limit for requests. Default 1 minute. */
  readonly within?: Duration.DurationInput
  /** Interval of requests about a running competition. Default 1 minute. */
  readonly every?: Duration.DurationInput
  /** Rate-limited log for runs that stop early, so that consecutive ones are one line. */
  readonly lines?: RareLines.RareLines
}

/** Consecutive failures after which GitHub counts as down. */
const MAX_FAILURES = 3

const TIME_OVER = "out of time"

/** Status codes of gists that GitHub withholds: taken down, too large, or invisible to this token. */
const NOT_SHOWN: ReadonlySet<number | undefined> = new Set([403, 413, 451])

const Known = Schema.Array(Schema.Struct({ genesis_hash: Hash32, netuid: Schema.Int }))
type Known = (typeof Known.Type)[number]

const isProof = (gist: Gist, { genesis_hash, netuid }: Known, hotkey: AccountAddress, account: number): boolean => {
  const content = gist.files.find(({ name }) => name === GitHubLink.GIST_FILE)?.content
  if (content === undefined || gist.ownerId === null) return false
  return Either.isRight(GitHubLink.verify(content, { genesisHash: genesis_hash, netuid, hotkey, account, gistOwner: gist.ownerId }))
}

/** Asks GitHub about the account named in a miner's commitment. */
const askAboutMiner = (known: Known, { hotkey, account, gist }: RefreshSchedule.DueMiner) =>
  Effect.gen(function* () {
    const display = yield* GitHubDisplay
    const profile = yield* Effect.catchTag(display.profile(account), "AccountNotFound", () => Effect.succeed(null))
    if (profile === null) return { profile, proven: false }
    const proven = yield* display.gist(gist).pipe(
      Effect.map((found) => isProof(found, known, hotkey, account)),
      Effect.catchTags({
        GistNotFound: () => Effect.succeed(false),
        GitHubUnavailable: (error) => (NOT_SHOWN.has(error.status) && error.limited !== true ? Effect.succeed(null) : Effect.fail(error))
      })
    )
    return { profile, proven }
  })

/** State of one run. `until`: in milliseconds since 1970. */
const begin = (until: number, every: Duration.Duration) => {
  const failed = { issues: new Set<number>(), miners: new Set<string>() }
  const answered = { issues: 0, miners: 0 }
  let inARow = 0
  let stopped: string | null = null
  let trouble: GitHubTrouble | null = null
  return {
    failed,
    answered,
    until,
    every,
    /** Fails requests that exceed the run's time limit. Does not interrupt the storing of an answer. */
    inTime: <A, E, R>(asking: Effect.Effect<A, E, R>): Effect.Effect<A, E | GitHubUnavailable, R> =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        Effect.timeoutFail(asking, {
          duration: Duration.millis(Math.max(0, until - now)),
          onTimeout: () => new GitHubUnavailable({ operation: "refresh", why: TIME_OVER, limited: true })
        })
      ),
    stopped: () => stopped,
    trouble: () => trouble,
    stop: (why: string) => {
      stopped ??= why
    },
    answer: (kind: keyof typeof answered) => {
      answered[kind]++
      inARow = 0
    },
    /** Counts a failure. Returns whether to continue with items of this kind. */
    fail: ({ limited, status, why, message }: GitHubUnavailable): boolean => {
      inARow++
      if (limited !== true && status !== 401 && inARow < MAX_FAILURES) return true
      stopped ??= message
      if (why !== TIME_OVER) trouble ??= status === 401 ? "refused" : limited === true ? "limited" : "unanswered"
      return false
    },
    isHopeless: () => inARow >= MAX_FAILURES
  }
}
type Run = ReturnType<typeof begin>

const soughtOf = ({ ref, registeredAt }: RefreshSchedule.DueIssue): ReadonlyArray<Sought> =>
  Option.toArray(Option.map(ref, (found) => ({ ref: found, registeredAt })))

/** Reads the timelines of pull requests. `goesOn`: whether to continue. */
const readTimelines = (run: Run, pulls: ReadonlyArray<Followed>) =>
  Effect.gen(function* () {
    const { plays } = yield* GitHubDisplay
    const answer = yield* Effect.either(run.inTime(plays(pulls)))
    if (Either.isRight(answer)) return { timelines: Arrays.zip(pulls, answer.right), goesOn: true }
    yield* Effect.logDebug("what happened to pull requests could not be read", answer.left.message)
    return { timelines: [], goesOn: run.fail(answer.left) }
  })

/**
 * Stores answers about issues, each with the timelines of its competitors' pull requests, so that nobody sees the state of one moment beside the steps of another; then
 * the timelines of pull requests that are new. Returns whether to continue.
 */
const storeAnswers = (run: Run, answers: ReadonlyArray<readonly [RefreshSchedule.DueIssue, Seen]>) =>
  Effect.gen(function* () {
    const issues = answers.map(([{ id }]) => id)
    const known = yield* followedIn(issues)
    const first = yield* readTimelines(run, known)
    const now = yield* Clock.currentTimeMillis
    const store = ({ timelines }: typeof first, of: number) =>
      Effect.forEach(timelines, ([pull, told]) => (pull.issue === of && told !== null ? recordTimeline(pull, told, now) : Effect.void))
    for (const [{ id }, seen] of answers) {
      yield* transaction(Effect.zipRight(Record.recordIssue(id, seen, now), store(first, id)))
      run.answer("issues")
    }
    if (!first.goesOn) return false
    const before = HashSet.fromIterable(known.map(Data.struct))
    const news = yield* readTimelines(
      run,
      (yield* followedIn(issues)).filter((one) => !HashSet.has(before, Data.struct(one)))
    )
    yield* Effect.forEach(issues, (issue) => store(news, issue))
    return news.goesOn
  })

/** Refreshes the next issues together or, if that fails, one by one, so that one failing issue does not block others. Returns whether there may be more. */
const refreshIssues = (run: Run) =>
  Effect.gen(function* () {
    const display = yield* GitHubDisplay
    const now = yield* Clock.currentTimeMillis
    const ask = (issues: ReadonlyArray<RefreshSchedule.DueIssue>) => Effect.either(run.inTime(display.issues(issues.flatMap(soughtOf))))
    const due = yield* explained(RefreshSchedule.dueIssues(now, { except: [...run.failed.issues], most: display.atOnce, every: run.every }))
    const [nameless, named] = [due.filter(({ ref }) => Option.isNone(ref)), due.filter(({ ref }) => Option.isSome(ref))]
    yield* storeAnswers(
      run,
      nameless.map((issue) => [issue, { _tag: "NotShown", state: "gone" }])
    )
    const together = yield* ask(named)
    if (Either.isRight(together)) return (yield* storeAnswers(run, Arrays.zip(named, together.right))) && due.length > 0
    if (!run.fail(together.left)) return false
    for (const issue of named) {
      const alone = named.length === 1 ? together : yield* ask([issue])
      if (Either.isRight(alone)) {
        if (!(yield* storeAnswers(run, Arrays.zip([issue], alone.right)))) return false
      } else {
        run.failed.issues.add(issue.id)
        yield* Effect.logDebug(`issue ${issue.id} could not be refreshed`, alone.left.message)
        if (named.length > 1 && !run.fail(alone.left)) return false
      }
    }
    return true
  })

/** Refreshes the next miner. Returns whether there may be more. */
const minersTurn = (run: Run, known: Known) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const [due] = yield* explained(RefreshSchedule.dueMiners(now, { except: [...run.failed.miners], most: 1 }))
    if (due === undefined) return false
    const answer = yield* Effect.either(run.inTime(askAboutMiner(known, due)))
    if (Either.isRight(answer)) {
      yield* Record.recordMiner(due, answer.right, now)
      run.answer("miners")
      return true
    }
    run.failed.miners.add(due.hotkey)
    yield* Effect.logDebug(`the account of ${due.hotkey} could not be refreshed`, answer.left.message)
    return run.fail(answer.left)
  })

/** Alternates between issues and miners until nothing is due, our share of the rate limit is exhausted, GitHub is down, or time is over. */
const turns = (run: Run, known: Known) =>
  Effect.gen(function* () {
    let more = { issues: true, miners: true }
    while ((more.issues || more.miners) && !run.isHopeless()) {
      if ((yield* Clock.currentTimeMillis) >= run.until) return run.stop(TIME_OVER)
      more = {
        issues: more.issues && (yield* refreshIssues(run)),
        miners: more.miners && !run.isHopeless() && (yield* minersTurn(run, known))
      }
    }
  })

/** Key of the log lines about runs that stop early. */
const STOPPED = "stopped early"

/** Why data may be missing after a run, by the worst reason. */
const troubleAfter = (run: Run) =>
  Effect.gen(function* () {
    const { hasToken } = yield* GitHubDisplay
    const registry = yield* Effect.serviceOption(RefusedTokens)
    const refused = Option.isSome(registry) ? yield* registry.value.all : []
    if (refused.length > 0) return "refused"
    const met = run.trouble()
    return met === "limited" || met === null ? (hasToken ? met : "anonymous") : met
  })

/**
 * Refreshes what is due from GitHub. Reports failures of GitHub in `stopped` and in the log. Without a token, GitHub returns no pull requests and answers
 * only 60 requests an hour.
 */
export const refreshGitHub = Effect.fn("refreshGitHub")(function* (options: RefreshOptions = {}) {
  const sql = yield* SqlClient
  const [known] = yield* Effect.flatMap(explained(sql`SELECT genesis_hash, netuid FROM chain`), (rows) =>
    Effect.orDie(Schema.decodeUnknown(Known)(rows))
  )
  if (known === undefined) return { issues: 0, miners: 0, waiting: 0, stopped: null, trouble: null } satisfies GitHubRefreshed
  const started = yield* Clock.currentTimeMillis
  const every = Duration.decode(options.every ?? "1 minute")
  const run = begin(started + Duration.toMillis(options.within ?? "1 minute"), every)
  yield* turns(run, known)
  const now = yield* Clock.currentTimeMillis
  // GitHub answered other items, so the failing items are at fault: postpone them.
  if (run.answered.issues + run.answered.miners > 0) yield* Record.recordAsked([...run.failed.issues], [...run.failed.miners], now)
  const left = yield* explained(RefreshSchedule.waiting(now, every))
  const stopped = run.stopped()
  const trouble = yield* troubleAfter(run)
  yield* Record.recordTrouble(trouble, now)
  yield* Effect.flatMap(IndexMonitor, (monitor) => monitor.gitHub(trouble))
  const done = { ...run.answered, waiting: left.issues + left.miners, stopped, trouble } satisfies GitHubRefreshed
  const lines = options.lines ?? (yield* RareLines.make("1 hour"))
  yield* stopped === null
    ? lines.over("the refresh from GitHub reaches its end again", STOPPED)
    : lines.inform(
        STOPPED,
        `the refresh from GitHub stopped early, and the next one goes on with the ${done.waiting} issues and miners that wait: ${stopped}`
      )
  return done
})

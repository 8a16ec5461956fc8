/**
 * What GitHub shows of the issues and of miners' accounts, the longest overdue first, for as long as our share of the rate limit lasts. GitHub's failing fails
 * nothing: what it did not answer is asked again another time, and what it did is written whole.
 */
import { SqlClient } from "@effect/sql/SqlClient"
import { Clock, Duration, Effect, Either, Option, Schema } from "effect"
import { type AccountAddress, Hash32 } from "../../domain/Account.ts"
import * as GitHubLink from "../../domain/GitHubLink.ts"
import { explained } from "../../layers/database/Database.ts"
import { type Gist, GitHubDisplay, GitHubUnavailable, type Seen, type Sought } from "../../layers/github/GitHubDisplay.ts"
import * as Record from "./record.ts"
import * as Due from "./schedule.ts"

export interface GitHubRefreshed {
  readonly issues: number
  readonly miners: number
  /** What is due still. */
  readonly waiting: number
  /** Why it ended before all was asked; null when nothing more was due. */
  readonly stopped: string | null
}

export interface RefreshOptions {
  /** No further question is asked after this. Default 1 minute. */
  readonly within?: Duration.DurationInput
}

/** So many failures in a row are GitHub's, not what was asked of it. */
const FAILURES = 3

const OVER = "the time for it was over"

/** GitHub gives an answer that is none for as long as it likes: a gist that it took down, that is longer than ours, that this token may not see. */
const NOT_SHOWN: ReadonlySet<number | undefined> = new Set([403, 413, 451])

const Known = Schema.Array(Schema.Struct({ genesis_hash: Hash32, netuid: Schema.Int }))
type Known = (typeof Known.Type)[number]

const isProof = (gist: Gist, { genesis_hash, netuid }: Known, hotkey: AccountAddress, account: number): boolean => {
  const content = gist.files.find(({ name }) => name === GitHubLink.GIST_FILE)?.content
  if (content === undefined || gist.ownerId === null) return false
  return Either.isRight(GitHubLink.verify(content, { genesisHash: genesis_hash, netuid, hotkey, account, gistOwner: gist.ownerId }))
}

/** GitHub's word on the account that a miner's commitment names. */
const standingOf = (known: Known, { hotkey, account, gist }: Due.DueMiner) =>
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

/** One run's bookkeeping. `until`: milliseconds since 1970. */
const begin = (until: number) => {
  const failed = { issues: new Set<number>(), miners: new Set<string>() }
  const answered = { issues: 0, miners: 0 }
  let inARow = 0
  let stopped: string | null = null
  return {
    failed,
    answered,
    until,
    /** An answer that comes too late is none. What is written of one that came is not cut off by this. */
    inTime: <A, E, R>(asking: Effect.Effect<A, E, R>): Effect.Effect<A, E | GitHubUnavailable, R> =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        Effect.timeoutFail(asking, {
          duration: Duration.millis(Math.max(0, until - now)),
          onTimeout: () => new GitHubUnavailable({ operation: "refresh", why: OVER, limited: true })
        })
      ),
    stopped: () => stopped,
    stop: (why: string) => {
      stopped ??= why
    },
    answer: (kind: keyof typeof answered) => {
      answered[kind]++
      inARow = 0
    },
    /** Whether it makes sense to ask for other things of this kind. */
    fail: ({ limited, status, message }: GitHubUnavailable): boolean => {
      inARow++
      if (limited !== true && status !== 401 && inARow < FAILURES) return true
      stopped ??= message
      return false
    },
    isHopeless: () => inARow >= FAILURES
  }
}
type Run = ReturnType<typeof begin>

const soughtOf = ({ ref, registeredAt }: Due.DueIssue): ReadonlyArray<Sought> =>
  Option.toArray(Option.map(ref, (found) => ({ ref: found, registeredAt })))

/** The next issues together; where that fails, each alone, so that one which GitHub can't answer stands in no other's way. Whether there may be more. */
const issuesTurn = (run: Run) =>
  Effect.gen(function* () {
    const display = yield* GitHubDisplay
    const now = yield* Clock.currentTimeMillis
    const record = (issue: Due.DueIssue, seen: Seen) =>
      Effect.zipRight(
        Record.recordIssue(issue.id, seen, now),
        Effect.sync(() => run.answer("issues"))
      )
    const ask = (issues: ReadonlyArray<Due.DueIssue>) => Effect.either(run.inTime(display.issues(issues.flatMap(soughtOf))))
    const due = yield* explained(Due.dueIssues(now, { except: [...run.failed.issues], most: display.atOnce }))
    const [nameless, named] = [due.filter(({ ref }) => Option.isNone(ref)), due.filter(({ ref }) => Option.isSome(ref))]
    yield* Effect.forEach(nameless, (issue) => record(issue, { _tag: "NotShown", state: "gone" }))
    const together = yield* ask(named)
    if (Either.isRight(together)) {
      yield* Effect.forEach(together.right, (seen, place) =>
        Effect.forEach(Option.toArray(Option.fromNullable(named[place])), (issue) => record(issue, seen))
      )
      return due.length > 0
    }
    if (!run.fail(together.left)) return false
    for (const issue of named) {
      const alone = named.length === 1 ? together : yield* ask([issue])
      if (Either.isRight(alone)) yield* Effect.forEach(alone.right, (seen) => record(issue, seen))
      else {
        run.failed.issues.add(issue.id)
        yield* Effect.logDebug(`GitHub on issue ${issue.id}`, alone.left.message)
        if (named.length > 1 && !run.fail(alone.left)) return false
      }
    }
    return true
  })

/** The next miner. Whether there may be more. */
const minersTurn = (run: Run, known: Known) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const [due] = yield* explained(Due.dueMiners(now, { except: [...run.failed.miners], most: 1 }))
    if (due === undefined) return false
    const standing = yield* Effect.either(run.inTime(standingOf(known, due)))
    if (Either.isRight(standing)) {
      yield* Record.recordMiner(due, standing.right, now)
      run.answer("miners")
      return true
    }
    run.failed.miners.add(due.hotkey)
    yield* Effect.logDebug(`GitHub on the account of ${due.hotkey}`, standing.left.message)
    return run.fail(standing.left)
  })

/** Issues and miners in turn, until nothing is due, the limits' share is used up, GitHub is down, or the time is over. */
const turns = (run: Run, known: Known) =>
  Effect.gen(function* () {
    let more = { issues: true, miners: true }
    while ((more.issues || more.miners) && !run.isHopeless()) {
      if ((yield* Clock.currentTimeMillis) >= run.until) return run.stop(OVER)
      more = {
        issues: more.issues && (yield* issuesTurn(run)),
        miners: more.miners && !run.isHopeless() && (yield* minersTurn(run, known))
      }
    }
  })

/**
 * Asks GitHub for what is due. Never fails because of GitHub: that is in `stopped`, and in the log. Without a token GitHub tells no pull requests, and
 * little else: 60 answers an hour.
 */
export const refreshGitHub = Effect.fn("refreshGitHub")(function* (options: RefreshOptions = {}) {
  const sql = yield* SqlClient
  const [known] = yield* Effect.flatMap(explained(sql`SELECT genesis_hash, netuid FROM chain`), (rows) =>
    Effect.orDie(Schema.decodeUnknown(Known)(rows))
  )
  if (known === undefined) return { issues: 0, miners: 0, waiting: 0, stopped: null } satisfies GitHubRefreshed
  const started = yield* Clock.currentTimeMillis
  const run = begin(started + Duration.toMillis(options.within ?? "1 minute"))
  yield* turns(run, known)
  const now = yield* Clock.currentTimeMillis
  // Only where GitHub answered something else it is these that it does not answer.
  if (run.answered.issues + run.answered.miners > 0) yield* Record.recordAsked([...run.failed.issues], [...run.failed.miners], now)
  const left = yield* explained(Due.waiting(now))
  const stopped = run.stopped()
  const done = { ...run.answered, waiting: left.issues + left.miners, stopped } satisfies GitHubRefreshed
  if (stopped !== null) yield* Effect.logInfo("GitHub is asked again later", done)
  return done
})

/**
 * From evidence to votes: checks GitHub for issues, adds what this validator alone knows, judges by the rules, and votes what differs from its own votes on
 * the ballots. The verdict loop and the simulation both vote through it, each with its own steps.
 */
import { Effect, Ref } from "effect"
import type { Competition, Issue } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import type { IssueEvidence } from "../../domain/IssueEvidence.ts"
import { blocksNeeded, GONE_FOR, STANDS_FOR, saysAgain, type Watch } from "../../domain/Watch.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { type BlockReference, Chain } from "../../layers/chain/node/Chain.ts"
import { GitHub } from "../../layers/github/GitHub.ts"
import { contained } from "../../layers/machine/effects/contained.ts"
import { everyLine, type RareLines } from "../../layers/machine/effects/rareLines.ts"
import { Watches } from "../../layers/storage/dataFolder/Watches.ts"
import { isGone, type Watched, whyNotCounted } from "../../rules/verdicts/gone.ts"
import { type OwnObservations, showsLanding, type Verdict } from "../../rules/verdicts/verdictCase.ts"
import { judgeWithoutMatch } from "../../rules/verdicts/withoutMatch.ts"
import type { OutcomeBallot } from "./outcomeBallot.ts"
import { readOwnVotes } from "./ownVotes.ts"
import { readSeenHeads } from "./seenHeads.ts"
import { hasVerdict, type lookAt, recordOf, silent, type verdictFrom } from "./verdicts.ts"

interface Failure {
  readonly message: string
}

/** A check of an issue. */
export interface Sighting {
  readonly issue: Issue
  /** The running match; undefined: nobody competes for the issue. */
  readonly competition?: Competition | undefined
  readonly evidence: IssueEvidence
}

/** What the steps of a vote may ask. */
type Asked = Effect.Effect.Context<ReturnType<typeof lookAt> | ReturnType<typeof verdictFrom>>

/** The steps of one validator to its votes. A failure on one issue does not affect the others. */
export interface OutcomeSteps<Seen extends Sighting> {
  /** How many issues are checked and judged concurrently. */
  readonly atOnce: number
  /** Whether the subnet has ended: then only solutions are voted. */
  readonly hasEnded?: boolean
  /** Undefined if the issue has no verdict after all. */
  readonly look: (issue: Issue) => Effect.Effect<Seen | undefined, Failure, Asked>
  /** Receives the results of all checks, before any issue is voted gone. */
  readonly looked?: (looks: ReadonlyArray<Seen>) => Effect.Effect<void>
  readonly verdictOn: (look: Seen, own: OwnObservations) => Effect.Effect<Verdict, Failure, Asked>
  /** Receives each issue's verdict, once. */
  readonly judged: (issue: Issue, verdict: Verdict) => Effect.Effect<void>
  /** Deduplicates warnings of repeated checks. Default: each failure is a log line. */
  readonly lines?: RareLines
  /** Returns whether the vote is settled: it need not be sent again. */
  readonly vote: (issue: Issue, ballot: OutcomeBallot) => Effect.Effect<boolean, Failure>
}

/** Contains a failure on one issue, defects included, so that the other issues still get their verdicts. `failed` gets its text. */
const aloneIn =
  (lines: RareLines, failed: (line: string) => void) =>
  <A, R>(part: "look" | "vote", { id }: Issue, effect: Effect.Effect<A, Failure, R>) =>
    contained("issue", `issue ${id}`, effect, (message) => Effect.fail<Failure>({ message })).pipe(
      Effect.tap(lines.over(`issue ${id} can be judged again`, `${part} ${id}`)),
      Effect.catchAll(({ message }) => {
        const line = `no verdict on issue ${id}; it is tried again soon: ${message}`
        failed(line)
        return Effect.as(lines.warn(`${part} ${id}`, line), undefined)
      }),
      Effect.annotateLogs("issue", id)
    )

/** The issues that are judged in one way. */
interface Judged {
  /** How the validator's own votes on them are stored apart from those on others. */
  readonly on: "" | " without a match"
  readonly issues: ReadonlyArray<Issue>
  /** Names of all that may be judged: of matches, or of issues without one. What is stored of others is deleted. */
  readonly live: ReadonlySet<number>
  /** What this validator alone knows of an issue, besides for how long it ends the same way. */
  readonly observe: (look: Sighting) => Effect.Effect<OwnObservations, Failure>
  readonly landed: (issue: number) => Effect.Effect<void, Failure>
}

const nameOf = ({ competition, issue }: Sighting): number => competition?.id ?? issue.id

/** How long an ending must stand. After the deadline, an issue that is gone needs less time. */
const standsFor = ({ competition, evidence }: Sighting, block: number): number =>
  competition !== undefined && isGone(evidence) && block > competition.deadline ? GONE_FOR : STANDS_FOR

const ownerOf = (repository: string): string => repository.split("/", 1)[0] ?? ""

/** `ending`: key of the outcome if it lasts; undefined: the issue may still be solved, or that cannot be seen now. */
type Ending = Sighting & { readonly ending: string | undefined }

/**
 * Stores for how long all checks of an issue have found the same ending other than by a competitor's work, as that it is gone. An issue that could not
 * be seen keeps its watch. Returns the watches of the issues that end so, by issue.
 */
const keepWatch = Effect.fn("keepWatch")(function* (
  looks: ReadonlyArray<Ending>,
  { live, on }: Pick<Judged, "live" | "on">,
  head: BlockReference,
  lines: RareLines
) {
  const [contract, github, store] = yield* Effect.all([Contract, GitHub, Watches])
  const kind = `${contract.address}${on}`
  const before = yield* store.of(kind)
  const ends = looks.filter(({ ending }) => ending !== undefined)
  const gone = ends.filter(({ evidence }) => isGone(evidence))
  if (ends.length === 0 && before.size === 0) return new Map<number, Watched>()
  const { config } = yield* contract.stateAt(head)
  const needed = (look: Sighting) => blocksNeeded(config, standsFor(look, head.number))
  const notCounted = whyNotCounted(
    gone.length > 0 ? yield* github.condition : null,
    looks.map(({ evidence, issue }) => ({ owner: ownerOf(issue.repository), evidence }))
  )
  const uncounted = ({ evidence }: Sighting) => (isGone(evidence) ? notCounted : null)
  const changes = new Map<string, Watch | undefined>()
  for (const name of before.keys()) if (!live.has(Number(name))) changes.set(name, undefined)
  for (const look of looks) {
    const name = String(nameOf(look))
    if (look.ending !== undefined && uncounted(look) === null)
      changes.set(name, saysAgain(look.ending, before.get(name), head.number, needed(look)))
    else if (look.ending === undefined && look.evidence._tag === "Found" && before.has(name)) changes.set(name, undefined)
  }
  yield* store.change(kind, changes)
  const watchOf = (look: Sighting) => {
    const name = String(nameOf(look))
    return changes.has(name) ? changes.get(name) : before.get(name)
  }
  yield* Effect.forEach(
    gone,
    (look) =>
      before.has(String(nameOf(look))) || watchOf(look) === undefined
        ? Effect.void
        : Effect.logInfo("gone from GitHub: voted if it stays so").pipe(Effect.annotateLogs({ issue: look.issue.id })),
    { discard: true }
  )
  if (gone.length > 0 && notCounted !== null) yield* lines.warn("ill", `nothing is voted gone while GitHub may be ill: ${notCounted}`)
  return new Map(
    ends.map((look): readonly [number, Watched] => [
      look.issue.id,
      { blocks: watchOf(look)?.blocks ?? 0, needed: needed(look), notCounted: uncounted(look) }
    ])
  )
})

/**
 * Checks the issues at a finalised head, and sends the votes that differ from this validator's own on the ballots. Outcomes that have to stand for a time
 * are voted last: only all checks together show whether GitHub seems well. Returns why the first issue failed; undefined: none did.
 */
const voteOn = Effect.fn("voteOn")(function* <Seen extends Sighting>(
  hotkey: AccountAddress,
  head: BlockReference,
  { issues, landed, live, observe, on }: Judged,
  { atOnce, hasEnded = false, judged, lines = everyLine, look, looked, verdictOn, vote }: OutcomeSteps<Seen>
) {
  const contract = yield* Contract
  const failures: Array<string> = []
  const alone = aloneIn(lines, (line) => failures.push(line))
  const votes = yield* contract.outcomeVotes(
    issues.map(({ id }) => id),
    head
  )
  const { changes, config, validators } = yield* contract.stateAt(head)
  const ownVotes = yield* readOwnVotes(hotkey, live, `votes${on}`)

  const cast = (seen: Seen, verdict: Verdict) =>
    Effect.gen(function* () {
      const { competition, issue } = seen
      yield* judged(issue, verdict)
      const ballot = { block: head.number, competition, config, validators, changes, votes: votes.get(issue.id) ?? [] }
      const following = { issue: issue.id, competition: nameOf(seen), verdict, hasEnded, ballot }
      yield* ownVotes.follow(following, (message) => vote(issue, message))
    })
  const lookAndVote = (issue: Issue) =>
    Effect.gen(function* () {
      const seen = yield* alone("look", issue, look(issue))
      if (seen === undefined) return []
      const first = yield* alone(
        "vote",
        issue,
        Effect.gen(function* () {
          const own = yield* observe(seen)
          const verdict = yield* verdictOn(seen, own)
          if (showsLanding(verdict)) yield* landed(issue.id)
          const ending = verdict._tag === "NoVote" ? verdict.ending : undefined
          if (ending === undefined) yield* cast(seen, verdict)
          return { ending, own }
        })
      )
      return [{ seen, ending: first?.ending, own: first?.own ?? {} }]
    })

  const looks = (yield* Effect.forEach(issues, lookAndVote, { concurrency: atOnce })).flat()
  if (looked !== undefined) yield* looked(looks.map(({ seen }) => seen))
  const endings = looks.map(({ ending, seen: { competition, evidence, issue } }) => ({ issue, competition, evidence, ending }))
  const watched = yield* keepWatch(endings, { live, on }, head, lines)
  yield* Effect.forEach(
    looks,
    ({ own, seen }) => {
      const known = watched.get(seen.issue.id)
      if (known === undefined) return Effect.void
      const again = Effect.flatMap(verdictOn(seen, { ...own, watched: known }), (verdict) => cast(seen, verdict))
      return alone("vote", seen.issue, again)
    },
    { discard: true }
  )
  return failures[0]
})

/** Votes on every running match. Returns why the first issue failed; undefined: none did. */
export const voteOnOutcomes = Effect.fn("voteOnOutcomes")(function* <Seen extends Sighting>(
  hotkey: AccountAddress,
  head: BlockReference,
  steps: OutcomeSteps<Seen>
) {
  const [chain, contract] = yield* Effect.all([Chain, Contract])
  const all = yield* contract.liveIssues(head)
  const issues = all.filter(hasVerdict)
  const live = new Set(issues.flatMap(({ competition }) => competition ?? []))
  if (issues.length === 0) {
    yield* keepWatch([], { on: "", live }, head, everyLine)
    return undefined
  }
  const headAt = yield* chain.timeAt(head.hash)
  const heads = yield* readSeenHeads(new Set(all.map(({ id }) => id)))
  const observe = ({ evidence, issue }: Sighting) => heads.look(issue.id, evidence, headAt)
  return yield* voteOn(hotkey, head, { on: "", issues, live, observe, landed: heads.landed }, steps)
})

/** How many checks fall into the time for which an ending must stand: one in six hours. Two in a row count up to a sixth of it. */
const CHECKS_PER_PERIOD = 12

/** How many issues are checked in one step, those with the oldest check first. */
const ISSUES_PER_STEP = 8

export const hasNoMatch = ({ status }: Issue): boolean => status._tag === "Funding" || status._tag === "Open"

/**
 * A step that ends registered issues without a match: turned down, solved by others, gone, or refused a bounty. Each is checked every few hours only:
 * nothing about it is urgent, and there may be hundreds. `refusals`: repositories that refuse bounties, from the roster.
 */
export const makeVoteWithoutMatch = Effect.gen(function* () {
  const lastLooks = yield* Ref.make<ReadonlyMap<number, number>>(new Map())
  return Effect.fn("voteWithoutMatch")(function* (
    hotkey: AccountAddress,
    head: BlockReference,
    refusals: ReadonlyArray<string>,
    steps: Pick<OutcomeSteps<Sighting>, "judged" | "lines" | "vote">
  ) {
    const { config, liveIssues } = yield* (yield* Contract).stateAt(head)
    const issues = liveIssues.filter(hasNoMatch)
    const before = yield* Ref.get(lastLooks)
    const lastOf = ({ id }: Issue): number => before.get(id) ?? Number.NEGATIVE_INFINITY
    const due = issues
      .filter((issue) => head.number - lastOf(issue) >= blocksNeeded(config, STANDS_FOR) / CHECKS_PER_PERIOD)
      .toSorted((one, other) => lastOf(one) - lastOf(other) || one.id - other.id)
      .slice(0, ISSUES_PER_STEP)
    const live = new Set(issues.map(({ id }) => id))
    yield* Ref.set(lastLooks, new Map([...[...before].filter(([id]) => live.has(id)), ...due.map(({ id }) => [id, head.number] as const)]))
    if (due.length === 0) return
    const nothing = { observe: () => Effect.succeed({}), landed: () => Effect.void }
    yield* voteOn<Sighting>(
      hotkey,
      head,
      { on: " without a match", issues: due, live, ...nothing },
      {
        ...steps,
        atOnce: 2,
        look: (issue) =>
          recordOf(issue, { competitors: [] }, refusals).pipe(
            Effect.catchTag("GitHubUnavailable", silent),
            Effect.map((evidence) => ({ issue, evidence }))
          ),
        verdictOn: ({ evidence, issue }, own) => Effect.succeed(judgeWithoutMatch(evidence, { hadMatches: issue.attempts > 0, ...own }))
      }
    )
  })
})

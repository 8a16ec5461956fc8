/**
 * From evidence to votes. This module alone puts together a check of GitHub, what this validator alone knows, the rules and the ballots. The verdict
 * loop and the simulation both vote through it, each with its own steps.
 */
import { Effect } from "effect"
import type { Issue } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { type BlockReference, Chain } from "../../layers/chain/node/Chain.ts"
import { contained } from "../../layers/machine/effects/contained.ts"
import type { RareLines } from "../../layers/machine/effects/rareLines.ts"
import { type OwnObservations, showsLanding, type Verdict } from "../../rules/verdicts/verdictCase.ts"
import { ownOn } from "./castAnew.ts"
import type { OutcomeBallot } from "./outcomeBallot.ts"
import { readOwnVotes } from "./ownVotes.ts"
import { readSeenHeads } from "./seenHeads.ts"
import { hasVerdict } from "./verdicts.ts"
import { keepWatch, type Sighting } from "./watches.ts"

/** The steps of one validator to its votes. A failure on one issue does not affect the others. `E` and `R`: the error and the requirements of each step. */
export interface OutcomeSteps<Seen extends Sighting, LookE, LookR, VerdictE, VerdictR, VoteE, VoteR> {
  /** How many issues are checked and judged concurrently. */
  readonly atOnce: number
  /** Whether the subnet has ended: then only solutions are voted. */
  readonly hasEnded?: boolean
  /** Undefined if the issue has no verdict after all. */
  readonly look: (issue: Issue) => Effect.Effect<Seen | undefined, LookE, LookR>
  /** Receives the results of all checks, before any issue is voted gone. */
  readonly looked: (looks: ReadonlyArray<Seen>) => Effect.Effect<void>
  readonly verdictOn: (look: Seen, own: OwnObservations) => Effect.Effect<Verdict, VerdictE, VerdictR>
  /** Receives each issue's verdict, once. */
  readonly judged: (issue: Issue, verdict: Verdict) => Effect.Effect<void>
  /** Deduplicates warnings of repeated checks. Without it, each failure is a log line. */
  readonly lines?: RareLines
  /** Returns whether the vote is settled: it need not be sent again. */
  readonly vote: (issue: Issue, ballot: OutcomeBallot) => Effect.Effect<boolean, VoteE, VoteR>
}

interface Failure {
  readonly message: string
}

/** Contains a failure on one issue, defects included, so that the other issues still get their verdicts. `failed` gets its text. */
const aloneIn =
  (lines: RareLines | undefined, failed: (line: string) => void) =>
  <A, E extends Failure, R>(part: "look" | "vote", { id }: Issue, effect: Effect.Effect<A, E, R>) =>
    contained("issue", `issue ${id}`, effect, (message) => Effect.fail<Failure>({ message })).pipe(
      Effect.tap(lines?.over(`issue ${id} can be judged again`, `${part} ${id}`) ?? Effect.void),
      Effect.catchAll(({ message }) => {
        const line = `no verdict on issue ${id}, and another look soon: ${message}`
        failed(line)
        return Effect.as(lines?.warn(`${part} ${id}`, line) ?? Effect.logWarning(line), undefined)
      }),
      Effect.annotateLogs("issue", id)
    )

/**
 * Checks every running competition at a finalised head, and sends the votes that differ from this validator's own on the ballots. Outcomes that have
 * to stand for a time are voted last: only all checks together show whether GitHub seems well. Returns why the first issue failed; undefined: none did.
 */
export const voteOnOutcomes = Effect.fn("voteOnOutcomes")(function* <
  Seen extends Sighting,
  LookE extends Failure,
  LookR,
  VerdictE extends Failure,
  VerdictR,
  VoteE extends Failure,
  VoteR
>(
  hotkey: AccountAddress,
  head: BlockReference,
  {
    atOnce,
    hasEnded = false,
    judged,
    lines,
    look,
    looked,
    verdictOn,
    vote
  }: OutcomeSteps<Seen, LookE, LookR, VerdictE, VerdictR, VoteE, VoteR>
) {
  const contract = yield* Contract
  const failures: Array<string> = []
  const alone = aloneIn(lines, (line) => failures.push(line))
  const all = yield* contract.liveIssues(head)
  const issues = all.filter(hasVerdict)
  if (issues.length === 0) {
    yield* keepWatch([], new Set(), head)
    return undefined
  }
  const votes = yield* contract.outcomeVotes(
    issues.map(({ id }) => id),
    head
  )
  const { changes, config, validators } = yield* contract.stateAt(head)

  const live = new Set(issues.flatMap(({ competition }) => (competition === null ? [] : [competition])))
  const ownVotes = yield* readOwnVotes(live)
  const chain = yield* Chain
  const headAt = yield* chain.timeAt(head.hash)
  const heads = yield* readSeenHeads(new Set(all.map(({ id }) => id)))

  const cast = ({ competition, issue }: Seen, verdict: Verdict) =>
    Effect.gen(function* () {
      yield* judged(issue, verdict)
      const ballot = { block: head.number, competition, config, validators, changes, votes: votes.get(issue.id) ?? [] }
      const following = { issue: issue.id, competition: competition.id, verdict, hasEnded, ...ownOn(hotkey, ballot) }
      yield* ownVotes.follow(following, (message) => vote(issue, message))
    })
  const lookAndVote = (issue: Issue) =>
    Effect.gen(function* () {
      const seen = yield* alone("look", issue, look(issue))
      if (seen === undefined) return []
      const ending = yield* alone(
        "vote",
        issue,
        Effect.gen(function* () {
          const own = yield* heads.look(issue.id, seen.evidence, headAt)
          const verdict = yield* verdictOn(seen, own)
          if (showsLanding(verdict)) yield* heads.landed(issue.id)
          const ends = verdict._tag === "NoVote" ? verdict.ending : undefined
          if (ends === undefined) yield* cast(seen, verdict)
          return { ends, own }
        })
      )
      return [{ ...seen, ending: ending?.ends, own: ending?.own ?? {} }]
    })

  const looks = (yield* Effect.forEach(issues, lookAndVote, { concurrency: atOnce })).flat()
  yield* looked(looks)
  const watched = yield* keepWatch(looks, live, head, lines)
  yield* Effect.forEach(
    looks,
    (seen) => {
      const known = watched.get(seen.issue.id)
      if (known === undefined) return Effect.void
      return alone(
        "vote",
        seen.issue,
        Effect.flatMap(verdictOn(seen, { ...seen.own, watched: known }), (verdict) => cast(seen, verdict))
      )
    },
    { discard: true }
  )
  return failures[0]
})

/**
 * Whether an Open issue rests after its last match. While a competitor's pull request may still be merged, nobody is paired for the issue. While
 * people have to decide, only the two competitors of that match can be paired for it.
 */
import { Effect } from "effect"
import type { Issue } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import { endedAt } from "../../domain/Competition.ts"
import type { IssueEvidence } from "../../domain/IssueEvidence.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { isPruned } from "../../layers/chain/node/Chain.ts"
import { isForPeople } from "../../rules/verdicts/noVoteReasons.ts"
import { judge } from "../../rules/verdicts/verdict.ts"
import type { MatchContext } from "../../rules/verdicts/verdictCase.ts"
import { waitingOf } from "../../rules/verdicts/waiting.ts"
import type { RoundState } from "./roundState.ts"
import { evidenceOn, factsOf } from "./verdicts.ts"

/** How long an issue rests for a pull request, and how long it is kept for the two, in blocks (docs/verdicts.md, “When people have to decide”). */
const PAUSE_BLOCKS = 14 * 7_200
const RESERVED_BLOCKS = 30 * 7_200

/** Why an issue is left out, and the hotkeys for which it is not. */
export interface PairingPause {
  readonly why: string
  readonly unless: ReadonlyArray<AccountAddress>
  /** Whether GitHub did not answer: a retry may succeed. */
  readonly uncertain: boolean
}

/**
 * Why an issue rests, `blocks` after its last match; undefined if it does not. A pull request counts only after the match in which it was opened, so
 * that an issue rests for it once.
 */
export const pauseAfter = (evidence: IssueEvidence, facts: MatchContext, blocks: number): PairingPause | undefined => {
  if (evidence._tag !== "Found") return undefined
  const { competitors, deadline, startedAt } = facts
  const waiting = competitors
    .flatMap(({ githubId }) => (githubId === null || deadline === null ? [] : waitingOf(evidence, facts, githubId, deadline)))
    .find(({ closedAt = null, createdAt }) => closedAt === null && createdAt >= startedAt)
  if (waiting !== undefined && blocks < PAUSE_BLOCKS)
    return { why: `#${waiting.number} of its last match waits for the project: the issue rests for 14 days`, unless: [], uncertain: false }
  const { verdict } = judge(evidence, facts)
  if (blocks >= RESERVED_BLOCKS || verdict._tag !== "NoVote" || !isForPeople(verdict.why)) return undefined
  return {
    why: "people have to decide about its last match: it is kept for the two for 30 days",
    unless: competitors.map(({ hotkey }) => hotkey),
    uncertain: false
  }
}

/** The issue's rest at the round's start. Asks GitHub only if the last match ended lately without a solution. */
export const pauseOf = Effect.fn("restOf")(
  function* (issue: Issue, { competitions, start }: RoundState) {
    const last = competitions.findLast((one) => one.issue === issue.id && one.startedAt < start.number)
    const ended = last === undefined ? null : endedAt(last)
    const isOpenAgain = last?.status._tag === "Expired" || last?.status._tag === "Unsolved"
    if (last === undefined || ended === null || !isOpenAgain || start.number - ended >= RESERVED_BLOCKS) return undefined
    const contract = yield* Contract
    const competition = yield* contract.stored("competition", { id: last.id }, start)
    if (competition === null) return undefined
    const facts = yield* factsOf({ ...issue, attempts: 1 }, competition, start)
    return pauseAfter(yield* evidenceOn(issue, facts), facts, start.number - ended)
  },
  (rest) =>
    rest.pipe(
      // A node that has pruned the last match has no answer: the majority of the other validators decides.
      Effect.catchIf(isPruned, ({ message }) => Effect.as(Effect.logDebug(message), undefined)),
      Effect.catchAll(({ message }) => Effect.succeed<PairingPause>({ why: message, unless: [], uncertain: true }))
    )
)

/** Why a rest leaves a hotkey out; undefined if it does not. */
export const pauseFor = (rest: PairingPause | undefined, hotkey: AccountAddress) =>
  rest === undefined || rest.unless.includes(hotkey) ? undefined : { hotkey, why: rest.why, uncertain: rest.uncertain }

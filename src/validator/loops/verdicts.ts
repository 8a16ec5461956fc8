/** The verdict loop's step: look at GitHub for every competition that runs or may still be reverted, and vote on its outcome. */
import { Effect } from "effect"
import type { Issue, OutcomeChoice } from "../../contract-client/generated.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import type { BlockReference } from "../../layers/chain/Chain.ts"
import { Contract } from "../../layers/contract/Contract.ts"
import { outcomeBallotFor } from "../../scoring/issue_competitions/outcomeBallot.ts"
import type { Verdict } from "../../scoring/issue_competitions/rules/verdict.ts"
import { hasVerdict, verdictOn } from "../../scoring/issue_competitions/verdicts.ts"
import { count } from "../../telemetry/metrics.ts"
import { Sender } from "../Sender.ts"

/** A verdict's reason, as a metric's label. */
const reasonOf = (verdict: Verdict): string =>
  verdict._tag === "NoVote" ? verdict.why : verdict._tag === "Cancelled" ? verdict.reason._tag : ""

/** Votes as the verdict on an issue asks, or takes this validator's own vote back. */
const follow = Effect.fn("followVerdict")(function* (issue: Issue, head: BlockReference, own: OutcomeChoice | undefined) {
  const sender = yield* Sender
  const found = yield* verdictOn(issue, head)
  if (found === undefined) return
  const { verdict } = found
  yield* count("gittensor_verdicts_total", { verdict: verdict._tag, reason: reasonOf(verdict) })
  if (verdict._tag === "NoVote") yield* Effect.logDebug("no verdict").pipe(Effect.annotateLogs({ issue: issue.id, ...verdict }))
  const ballot = outcomeBallotFor(issue.id, verdict, own)
  if (ballot === undefined) return
  const vote = { kind: ballot.kind, issue: issue.id, round: null, choice: JSON.stringify(ballot.choice) }
  return yield* sender.vote(vote, head, ballot.name, ballot.args)
})

export const make = (hotkey: KeyPair) =>
  Effect.map(Contract, (contract) =>
    Effect.fn("validator.verdicts")(function* (head: BlockReference) {
      const issues = (yield* contract.liveIssues(head)).filter(hasVerdict)
      if (issues.length === 0) return
      const votes = yield* contract.outcomeVotes(
        issues.map(({ id }) => id),
        head
      )
      const ownOn = (id: number) => votes.get(id)?.find(({ validator }) => validator === hotkey.address)?.choice
      yield* Effect.forEach(
        issues,
        (issue) =>
          follow(issue, head, ownOn(issue.id)).pipe(
            // A failure on one issue does not keep the others from their verdicts.
            Effect.catchAll((error) => Effect.logWarning("no verdict", error.message).pipe(Effect.annotateLogs("issue", issue.id)))
          ),
        { concurrency: 4, discard: true }
      )
    })
  )

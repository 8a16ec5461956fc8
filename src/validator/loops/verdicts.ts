/** The verdict loop's step: look at GitHub for every competition that runs or may still be reverted, and vote on its outcome. */
import { Effect } from "effect"
import type { Issue, OutcomeChoice } from "../../contract-client/generated.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import type { BlockReference } from "../../layers/chain/Chain.ts"
import { Contract } from "../../layers/contract/Contract.ts"
import { watchAbsences } from "../../scoring/issue_competitions/absences.ts"
import { outcomeBallotFor } from "../../scoring/issue_competitions/outcomeBallot.ts"
import type { SeenGone, Verdict } from "../../scoring/issue_competitions/rules/verdict.ts"
import { hasVerdict, type Look, lookAt, saysGone, verdictFrom } from "../../scoring/issue_competitions/verdicts.ts"
import { count } from "../../telemetry/metrics.ts"
import { SeenByVerdicts } from "../SeenByVerdicts.ts"
import { Sender } from "../Sender.ts"

/** A verdict's reason, as a metric's label. */
const reasonOf = (verdict: Verdict): string =>
  verdict._tag === "NoVote" ? verdict.why : verdict._tag === "Cancelled" ? verdict.reason._tag : ""

/** Votes as the verdict after a look asks, or takes this validator's own vote back. */
const follow = Effect.fn("followVerdict")(function* (
  look: Look,
  head: BlockReference,
  own: OutcomeChoice | undefined,
  seenGone?: SeenGone
) {
  const sender = yield* Sender
  const { issue, verdict } = yield* verdictFrom(look, seenGone)
  yield* count("gittensor_verdicts_total", { verdict: verdict._tag, reason: reasonOf(verdict) })
  if (verdict._tag === "NoVote") yield* Effect.logDebug("no verdict").pipe(Effect.annotateLogs({ issue: issue.id, ...verdict }))
  const ballot = outcomeBallotFor(issue.id, verdict, own)
  if (ballot === undefined) return
  const vote = { kind: ballot.kind, issue: issue.id, round: null, choice: JSON.stringify(ballot.choice) }
  yield* sender.vote(vote, head, ballot.name, ballot.args)
})

/** A failure on one issue does not keep the others from their verdicts. */
const alone = <A, E extends { readonly message: string }, R>(issue: Issue, effect: Effect.Effect<A, E, R>) =>
  effect.pipe(
    Effect.catchAll((error) =>
      Effect.as(Effect.logWarning("no verdict", error.message).pipe(Effect.annotateLogs("issue", issue.id)), undefined)
    )
  )

export const make = (hotkey: KeyPair) =>
  Effect.map(Contract, (contract) =>
    Effect.fn("validator.verdicts")(function* (head: BlockReference) {
      const issues = (yield* contract.liveIssues(head)).filter(hasVerdict)
      if (issues.length === 0) return yield* Effect.asVoid(watchAbsences([], new Set(), head))
      const votes = yield* contract.outcomeVotes(
        issues.map(({ id }) => id),
        head
      )
      const ownOn = (id: number) => votes.get(id)?.find(({ validator }) => validator === hotkey.address)?.choice
      // Whatever is not gone is voted at once.
      const voted = (look: Look | undefined) =>
        look === undefined || saysGone(look) ? Effect.void : alone(look.issue, follow(look, head, ownOn(look.issue.id)))
      const looks = yield* Effect.forEach(issues, (issue) => alone(issue, lookAt(issue, head)).pipe(Effect.tap(voted)), { concurrency: 4 })
      const seen = looks.filter((look) => look !== undefined)
      const live = new Set(issues.flatMap(({ competition }) => (competition === null ? [] : [competition])))
      yield* Effect.flatMap(SeenByVerdicts, ({ offer }) => offer(seen))
      const absences = yield* watchAbsences(seen, live, head)
      yield* Effect.forEach(
        seen.filter(saysGone),
        (look) => alone(look.issue, follow(look, head, ownOn(look.issue.id), absences.get(look.issue.id))),
        { discard: true }
      )
    })
  )

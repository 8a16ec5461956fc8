/** The verdict loop's step: look at GitHub for every competition that runs, and vote on its outcome until it is settled. */
import { Effect } from "effect"
import type { Issue } from "../../../contract-client/generated.ts"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import type { BlockReference } from "../../../layers/chain/Chain.ts"
import * as RareLines from "../../../layers/effects/rareLines.ts"
import { count } from "../../../layers/telemetry/metrics.ts"
import { SeenByVerdicts } from "../../../quality/SeenByVerdicts.ts"
import type { OutcomeBallot } from "../../../scoring/issue_competitions/outcomeBallot.ts"
import { voteOnOutcomes } from "../../../scoring/issue_competitions/outcomeVotes.ts"
import type { Verdict } from "../../../scoring/issue_competitions/rules/verdictCase.ts"
import { lookAt, verdictFrom } from "../../../scoring/issue_competitions/verdicts.ts"
import { Sender } from "../Sender.ts"
import { unlessEnded } from "../SubnetEnd.ts"

/** A verdict's reason, as a metric's label. */
const reasonOf = (verdict: Verdict): string =>
  verdict._tag === "NoVote" ? verdict.why : verdict._tag === "Cancelled" ? verdict.reason._tag : ""

const told = (issue: Issue, verdict: Verdict) =>
  Effect.zipRight(
    count("gittensor_verdicts_total", { verdict: verdict._tag, reason: reasonOf(verdict) }),
    verdict._tag === "NoVote" ? Effect.logDebug("no verdict").pipe(Effect.annotateLogs({ issue: issue.id, ...verdict })) : Effect.void
  )

const sendVote = (head: BlockReference) => (issue: Issue, ballot: OutcomeBallot) =>
  Effect.flatMap(Sender, (sender) =>
    sender.vote({ kind: ballot.kind, issue: issue.id, round: null, choice: JSON.stringify(ballot.choice) }, head, ballot.name, ballot.args)
  )

export const make = (hotkey: KeyPair) =>
  Effect.flatMap(RareLines.make("1 hour"), (lines) =>
    unlessEnded(
      Effect.fn("validator.verdicts")((head: BlockReference) =>
        voteOnOutcomes(hotkey.address, head, {
          atOnce: 4,
          lines,
          look: (issue) => lookAt(issue, head),
          looked: (looks) => Effect.flatMap(SeenByVerdicts, ({ offer }) => offer(looks)),
          verdictOn: (look, own) => Effect.map(verdictFrom(look, own), ({ verdict }) => verdict),
          judged: told,
          vote: sendVote(head)
        })
      )
    )
  )

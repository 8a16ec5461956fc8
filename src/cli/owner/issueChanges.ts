/** Cancels and edits an issue without a running competition. Both are changes, which wait for the owner delay if the issue holds money. */
import { Effect, Option } from "effect"
import type { CancelReason } from "../../contract-client/generated.ts"
import { parseAlpha } from "../../domain/Amount.ts"
import * as IssueRef from "../../domain/IssueRef.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { issueByNumber } from "../../layers/chain/contract/findIssue.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"
import * as GitHub from "../../layers/github/GitHub.ts"
import { alpha } from "../../layers/machine/terminal/output.ts"
import { type Although, besidesOf, checkIssue } from "../../roles/owner/registerIssue.ts"
import { type CallOptions, contractCall } from "../shared/contractCall.ts"
import { rosterRefusals } from "../shared/rosterRefusals.ts"
import type { RosterSource } from "../shared/rosterSource.ts"
import { changeCall } from "./changeCall.ts"

export interface CancelIssueOptions extends CallOptions {
  readonly issue: number
  readonly reason: CancelReason
}

/** The contract itself refuses an unknown issue. */
export const cancel = (options: CancelIssueOptions) =>
  contractCall("coldkey", options, () =>
    Effect.gen(function* () {
      const { issue: id, reason } = options
      const issue = yield* (yield* Contract).stored("issue", { id })
      const name = issue === null ? `issue ${id}` : `issue ${id} (${issue.repository}#${issue.number})`
      const freed = issue?.funded ?? 0n
      return yield* changeCall(
        { _tag: "CancelIssue", issue: id, reason },
        {
          facts: { issue: id, repository: issue?.repository, number: issue?.number, reason: reason._tag, freedRao: freed },
          does: `cancel ${name} for good; ${alpha(freed)} of its bounty go to the next issues`
        }
      )
    })
  )

export interface EditIssueOptions extends CallOptions, Omit<Although, "refusals"> {
  readonly roster: Option.Option<RosterSource>
  readonly issue: number
  readonly to: Option.Option<string>
  readonly bounty: Option.Option<string>
}

export const edit = (options: EditIssueOptions) =>
  Effect.gen(function* () {
    const to = yield* Effect.transposeMapOption(options.to, IssueRef.parse)
    const bounty = yield* Effect.transposeMapOption(options.bounty, parseAlpha)
    yield* contractCall("coldkey", options, () =>
      Effect.gen(function* () {
        const before = yield* issueByNumber(options.issue, yield* (yield* Chain).finalisedHead)
        const wanted = Option.getOrElse(bounty, () => before.bounty)
        const checked = Option.isSome(to)
          ? yield* checkIssue(to.value, wanted, { ...options, refusals: yield* rosterRefusals(options.roster) }, before.id)
          : { ref: before, withoutConsent: null }
        const { repository, number } = checked.ref
        const freed = before.funded > wanted ? before.funded - wanted : 0n
        const [was, is] = [before, { repository, number }].map((one) => `${one.repository}#${one.number}`)
        const parts = [
          ...(was === is ? [] : [`make it ${is}`]),
          ...(wanted === before.bounty ? [] : [`set its bounty from ${alpha(before.bounty)} to ${alpha(wanted)}`]),
          ...(freed === 0n ? [] : [`give ${alpha(freed)} of its money to other issues`])
        ]
        return yield* changeCall(
          { _tag: "EditIssue", issue: before.id, repository, number, bounty: wanted },
          {
            ...besidesOf(checked.withoutConsent),
            facts: { issue: before.id, repository, number, bountyRao: wanted, freedRao: freed },
            does: `edit issue ${before.id} (${was}): ${parts.length === 0 ? "leave it as it is" : parts.join(", ")}`
          }
        )
      })
    )
  }).pipe(Effect.provide(GitHub.layer))

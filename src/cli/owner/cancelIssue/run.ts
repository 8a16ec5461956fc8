/** Cancels an issue. An unknown issue is left for the contract to refuse. */
import { Effect } from "effect"
import type { CancelReason, ContractEvent } from "../../../contract-client/generated.ts"
import { Contract } from "../../../layers/contract/Contract.ts"
import { alpha } from "../../../terminal/output.ts"
import { type CallOptions, callOf, contractCall } from "../../shared/contractCall.ts"

export interface CancelIssueOptions extends CallOptions {
  readonly issue: number
  readonly reason: CancelReason
}

const recycledIn = (events: ReadonlyArray<ContractEvent>): bigint | undefined =>
  events.find((event) => event._tag === "IssueCancelled")?.recycled

export const run = (options: CancelIssueOptions) =>
  contractCall("coldkey", options, () =>
    Effect.gen(function* () {
      const { issue: id, reason } = options
      const issue = yield* (yield* Contract).read("issue", { id })
      const name = issue === null ? `issue ${id}` : `issue ${id} (${issue.repository}#${issue.number})`
      return callOf({
        message: "cancelIssue",
        args: { id, reason },
        facts: ({ events }) => ({
          issue: id,
          repository: issue?.repository,
          number: issue?.number,
          reason: reason._tag,
          recycledRao: recycledIn(events) ?? issue?.funded ?? 0n
        }),
        does: ({ recycledRao }) => `cancel ${name} for good and recycle ${alpha(recycledRao)} of its bounty`,
        did: ({ recycledRao }) => [`cancelled ${name}, recycled ${alpha(recycledRao)}`]
      })
    })
  )

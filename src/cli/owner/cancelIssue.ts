/** Cancels an issue. An unknown issue is left for the contract to refuse. */
import { Effect } from "effect"
import type { CancelReason, ContractEvent } from "../../contract-client/generated.ts"
import { Contract } from "../../layers/contract/Contract.ts"
import { alpha } from "../../layers/terminal/output.ts"
import { type CallOptions, callOf, contractCall } from "../shared/contractCall.ts"

export interface CancelIssueOptions extends CallOptions {
  readonly issue: number
  readonly reason: CancelReason
}

const returnedIn = (events: ReadonlyArray<ContractEvent>): bigint | undefined =>
  events.find((event) => event._tag === "IssueCancelled")?.returned

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
          returnedRao: returnedIn(events) ?? issue?.funded ?? 0n
        }),
        does: ({ returnedRao }) => `cancel ${name} for good; ${alpha(returnedRao)} of its bounty go to the next issues`,
        did: ({ returnedRao }) => [`cancelled ${name}; ${alpha(returnedRao)} go to the next issues`]
      })
    })
  )

/** Recycles what waits for it, such as a reverted bounty or slashed collateral. */
import { Effect } from "effect"
import { alpha } from "../../layers/terminal/output.ts"
import { type CallOptions, callOf, contractCall } from "../shared/contractCall.ts"

export const run = (options: CallOptions) =>
  contractCall("coldkey", options, () =>
    Effect.succeed(
      callOf({
        message: "recycle",
        args: {},
        facts: ({ events }) => {
          const recycled = events.find((event) => event._tag === "AlphaRecycled")
          return recycled === undefined ? {} : { recycledRao: recycled.amount, toRecycleRao: recycled.toRecycle }
        },
        does: () => "recycle what waits for it in the contract",
        did: ({ recycledRao = 0n, toRecycleRao = 0n }) => [`recycled ${alpha(recycledRao)}; ${alpha(toRecycleRao)} still wait`]
      })
    )
  )

/** Recycles slashed collateral that could not be recycled when it was slashed. */
import { Effect } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import { alpha } from "../../../terminal/output.ts"
import { type CallOptions, callOf, contractCall } from "../../shared/contractCall.ts"

export const run = (options: CallOptions & { readonly hotkey: AccountAddress }) =>
  contractCall("coldkey", options, () =>
    Effect.succeed(
      callOf({
        message: "recycleSlashed",
        args: { hotkey: options.hotkey },
        facts: ({ events }) => {
          const recycled = events.find((event) => event._tag === "CollateralRecycled")
          return { hotkey: options.hotkey, ...(recycled === undefined ? {} : { recycledRao: recycled.amount }) }
        },
        does: () => `recycle the slashed collateral behind ${options.hotkey}`,
        did: ({ recycledRao = 0n }) => [`recycled ${alpha(recycledRao)} of slashed collateral behind ${options.hotkey}`]
      })
    )
  )

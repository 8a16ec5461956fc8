/** Winds up a contract whose subnet has ended. */
import type { AccountAddress } from "../../domain/Account.ts"
import { formatAlpha } from "../../domain/Amount.ts"
import { alpha } from "../../layers/machine/terminal/output.ts"
import { claimCall } from "../shared/claimCall.ts"
import { type CallOptions, contractCall, plainCall } from "../shared/contractCall.ts"
import { changeCall } from "./changeCall.ts"

export const windUp = (options: CallOptions) =>
  plainCall(options, {
    message: "windUp",
    args: {},
    facts: ({ events }) => {
      const told = events.find((event) => event._tag === "WoundUp")
      const shown = events.find((event) => event._tag === "EndShown")
      if (told !== undefined) return { taoRao: told.tao, bookedRao: told.booked, claimsRao: told.claims }
      return shown === undefined ? {} : { again: shown.from }
    },
    does: () => "tell the contract that its subnet has ended",
    did: ({ again, taoRao = 0n, bookedRao = 0n, claimsRao = 0n }) =>
      again === undefined
        ? [
            `the subnet has ended: there are ${formatAlpha(taoRao)} TAO for ${alpha(bookedRao)}, and ${alpha(claimsRao)} of it can be claimed`,
            "miners claim theirs with: gittensor mine claim"
          ]
        : [`the chain shows that the subnet has ended: run this again from block ${again} on to record it`]
  })

export const assignRest = (options: CallOptions & { readonly to: AccountAddress }) =>
  contractCall("coldkey", options, () =>
    changeCall({ _tag: "Rest", to: options.to }, { facts: { to: options.to }, next: "then pay it out with: gittensor owner claim-rest" })
  )

export const claimRest = (options: CallOptions) => plainCall(options, claimCall({ _tag: "Rest" }, "what nobody can claim"))

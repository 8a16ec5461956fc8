/** Transfers ownership of the contract in two steps: offer and acceptance. */
import { Effect } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { type CallOptions, callOf, contractCall } from "../shared/contractCall.ts"
import { changeCall } from "./changeCall.ts"

export const transfer = (options: CallOptions & { readonly to: AccountAddress }) =>
  contractCall("coldkey", options, (caller) =>
    changeCall(
      { _tag: "Owner", owner: options.to },
      {
        facts: { owner: caller, offeredTo: options.to },
        next: "that account accepts with: gittensor owner accept-ownership"
      }
    )
  )

export const accept = (options: CallOptions) =>
  contractCall("coldkey", options, (caller) =>
    Effect.gen(function* () {
      const previous = yield* (yield* Contract).stored("owner", {})
      return callOf({
        message: "acceptOwnership",
        args: {},
        facts: () => ({ owner: caller, previousOwner: previous }),
        does: () => `take the contract over from ${previous} and make ${caller} its owner; what ${previous} announced is withdrawn`,
        did: () => [`${caller} owns the contract now`]
      })
    })
  )

export const withdraw = (options: CallOptions) =>
  contractCall("coldkey", options, () =>
    Effect.gen(function* () {
      const offer = yield* (yield* Contract).stored("offer", {})
      const to = offer === null ? "anybody" : offer.owner
      return callOf({
        message: "withdrawOffer",
        args: {},
        facts: () => ({ offeredTo: offer?.owner ?? null }),
        does: () => `take the offer of the contract to ${to} back`,
        did: () => [`${to} cannot take the contract over any more`]
      })
    })
  )

/** Names an account that gets a competitor's bounty in place of its coldkey. */
import { Effect } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { type CallOptions, callOf, contractCall } from "../shared/contractCall.ts"

export interface PayeeOptions extends CallOptions {
  readonly match: number
  readonly payee: AccountAddress
}

/** The contract itself refuses another signer, and a match that is unknown, over or paid. */
export const run = ({ match, payee, ...options }: PayeeOptions) =>
  contractCall("coldkey", options, (coldkey) =>
    Effect.gen(function* () {
      const contract = yield* Contract
      const competition = yield* contract.stored("competition", { id: match })
      const side = competition?.a.coldkey === coldkey ? 0 : 1
      const before = (yield* contract.stored("payee", { competition: match, side })) ?? coldkey
      return callOf({
        message: "payTo",
        args: { competition: match, coldkey: payee },
        facts: () => ({ match, issue: competition?.issue, hotkey: (side === 0 ? competition?.a : competition?.b)?.hotkey, payee, before }),
        does: () => `let ${payee} have the bounty of match ${match} if you win it; now it is for ${before}`,
        did: () => [`${payee} gets the bounty of match ${match} if you win it, and no longer ${before}`],
        warnings:
          competition?.status._tag === "Won"
            ? [`the match is won, and anyone may have the bounty paid at any moment: whichever comes first counts`]
            : [],
        isUrgent: true
      })
    })
  )

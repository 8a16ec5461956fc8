/** Claims a payout after the subnet's end: collateral, or a won bounty. */
import { Effect, Option } from "effect"
import type { Claim } from "../../../contract-client/generated.ts"
import type { AccountAddress } from "../../../domain/Account.ts"
import { claimCall } from "../../shared/claimCall.ts"
import { type CallOptions, contractCall } from "../../shared/contractCall.ts"
import { hotkeyGiven } from "../../shared/keys.ts"

interface ClaimOptions extends CallOptions {
  readonly bounty: Option.Option<number>
  readonly hotkey: Option.Option<AccountAddress>
  readonly coldkey: Option.Option<AccountAddress>
}

export const run = (options: ClaimOptions) =>
  contractCall("coldkey", options, (signer) =>
    Effect.gen(function* () {
      if (Option.isSome(options.bounty)) {
        const issue = options.bounty.value
        return claimCall({ _tag: "Bounty", issue }, `the part of issue ${issue}'s bounty for its winner`)
      }
      const hotkey = yield* hotkeyGiven(options.hotkey, options.key)
      const coldkey = Option.getOrElse(options.coldkey, () => signer)
      const claim: Claim = { _tag: "Collateral", hotkey, coldkey }
      return claimCall(claim, `the part of the collateral that ${coldkey} has deposited behind ${hotkey}`)
    })
  )

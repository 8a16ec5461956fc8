/** `gittensor mine claim`: claims a miner's payout after the subnet's end. */
import * as Command from "@effect/cli/Command"
import { addressOption, callOptions, minerHotkey, optionally, whenRun, wholeOption } from "../../shared/options.ts"

const bounty = wholeOption("bounty", "issue", 1, 4_294_967_295).pipe(
  optionally("claim the bounty of this issue for its winner, instead of collateral")
)

export const claim = Command.make(
  "claim",
  {
    bounty,
    hotkey: minerHotkey,
    coldkey: addressOption("coldkey-address", "the coldkey that deposited the collateral, if it is not the signer"),
    ...callOptions
  },
  whenRun(() => import("./claim.ts"))(({ run }) => run)
).pipe(
  Command.withDescription(
    "once the subnet has ended: claim the part of collateral, or of a bounty that is won, in TAO; anyone may do this, and its owner gets it"
  )
)

/** `gittensor mine claim`: claims a miner's payout after the subnet's end. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { addressOption, callOptions, minerHotkey, whenRun, wholeNumber } from "../../shared/options.ts"

const bounty = Options.text("bounty").pipe(
  Options.withPseudoName("issue"),
  Options.withDescription("claim the bounty of this issue for its winner, instead of collateral"),
  Options.mapEffect(wholeNumber("bounty", 1, 4_294_967_295)),
  Options.optional
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
    "once the subnet has ended: claim the part of collateral, or of a bounty that is won, in TAO; anybody may, and it goes to whom it belongs"
  )
)

/** `gittensor owner transfer-ownership ADDRESS` and `gittensor owner accept-ownership`. */
import * as Command from "@effect/cli/Command"
import { addressArgument, callOptions, whenRun } from "../../shared/options.ts"

const bodies = () => import("./run.ts")

export const transferOwnership = Command.make(
  "transfer-ownership",
  { to: addressArgument("address", "the new owner's coldkey"), ...callOptions },
  whenRun(bodies, (module) => module.transfer)
).pipe(Command.withDescription("offer the contract to another account, which becomes its owner if it accepts within two days"))

export const acceptOwnership = Command.make(
  "accept-ownership",
  callOptions,
  whenRun(bodies, (module) => module.accept)
).pipe(Command.withDescription("accept ownership of the contract"))

export const withdrawOffer = Command.make(
  "withdraw-offer",
  callOptions,
  whenRun(bodies, (module) => module.withdraw)
).pipe(Command.withDescription("take the offer of the contract back, at once"))

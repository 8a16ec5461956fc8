/** `gittensor owner wind-up`, `collect-tao`, `assign-rest ADDRESS` and `claim-rest`: what is left to do when the subnet has ended. */
import * as Command from "@effect/cli/Command"
import { addressArgument, callOptions, whenRun } from "../../shared/options.ts"

const bodies = () => import("./run.ts")

export const windUp = Command.make(
  "wind-up",
  callOptions,
  whenRun(bodies, (module) => module.windUp)
).pipe(Command.withDescription("tell the contract that its subnet has ended; anybody may do this, and the first claim does it too"))

export const collectTao = Command.make(
  "collect-tao",
  callOptions,
  whenRun(bodies, (module) => module.collectTao)
).pipe(Command.withDescription("once the subnet has ended: fetch the TAO that the chain paid to the treasury's coldkey"))

export const assignRest = Command.make(
  "assign-rest",
  { to: addressArgument("address", "who gets what nobody can claim"), ...callOptions },
  whenRun(bodies, (module) => module.assignRest)
).pipe(Command.withDescription("once the subnet has ended: announce to whom that goes which nobody can claim"))

export const claimRest = Command.make(
  "claim-rest",
  callOptions,
  whenRun(bodies, (module) => module.claimRest)
).pipe(Command.withDescription("once the subnet has ended: pay out what nobody can claim, to the account that was assigned"))

/** `gittensor validate --once`: runs each loop's step once. */
import { Duration, Effect, Logger, LogLevel, Option } from "effect"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { type BlockReference, Chain } from "../../layers/chain/node/Chain.ts"
import { attempted } from "../../layers/machine/effects/supervise.ts"
import { AnotherValidator, HotkeyGuard } from "../../layers/protection/HotkeyGuard.ts"
import * as Steps from "./loops/steps.ts"

const GOSSIP_TIME = Duration.seconds(5)

export interface OnceOptions {
  readonly hotkey: KeyPair
  /** A step that takes longer is abandoned. */
  readonly stepLimit: Duration.Duration
}

/** Runs each step at the finalised head and returns which succeeded; the log says why one failed. Fails if another process with the hotkey is active. */
export const once = Effect.fn("validator.once")(function* ({ hotkey, stepLimit }: OnceOptions) {
  const [chain, hotkeyGuard, steps] = yield* Effect.all([Chain, HotkeyGuard, Steps.make(hotkey)])
  const head = yield* chain.finalisedHead
  const mayWork = Effect.flatMap(hotkeyGuard.presence, (presence) =>
    presence._tag === "AtWork" ? Effect.void : new AnotherValidator({ hotkey: hotkey.address, why: presence.why })
  )
  // The command prints the failure itself, so the guard's log is silenced.
  yield* hotkeyGuard.begin(head).pipe(Logger.withMinimumLogLevel(LogLevel.None))
  yield* mayWork
  const tried = <E, R>(name: string, step: (head: BlockReference) => Effect.Effect<unknown, E, R>) =>
    attempted(name, step(head), { limit: stepLimit }).pipe(Effect.map((good) => ({ name, good })))
  // Other validators' enrolments, as far as they arrive in time. A peer that does not answer is no failure of this step.
  yield* steps.gossip(head).pipe(
    Effect.disconnect,
    Effect.timeoutOption(GOSSIP_TIME),
    Effect.catchAll((error) => Effect.logWarning(`enrolments of other validators were not fetched: ${error.message}`))
  )
  const outcomes = yield* Effect.all([
    tried("round", steps.round),
    tried("verdicts", steps.verdicts),
    tried("upkeep", steps.upkeep),
    ...Option.toArray(steps.consensus).map((step) => tried("consensus", step)),
    tried("weights", steps.weights)
  ])
  if (outcomes.some(({ good }) => !good)) yield* hotkeyGuard.look(yield* chain.finalisedHead)
  yield* mayWork
  return outcomes
})

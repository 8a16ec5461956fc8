/** Whether tasks are done without a box where this machine has none. */
import { Config, Effect, Layer } from "effect"
import { cachedOutcome } from "../effects/cachedOutcome.ts"
import * as AsProcesses from "./asProcesses.ts"
import { Confined } from "./Confined.ts"
import * as InBoxes from "./inBoxes.ts"

/**
 * `always`: what strangers wrote is read in a box or not at all. `where-possible`: without a box by a process of its own, which sees the files of its user.
 */
export type BoxChoice = "always" | "where-possible"

/** Reads GITTENSOR_BOX. */
const boxChoice = (usual: BoxChoice): Config.Config<BoxChoice> =>
  Config.literal("always", "where-possible")("GITTENSOR_BOX").pipe(Config.withDefault(usual))

const make = (usual: BoxChoice) =>
  Effect.gen(function* () {
    const boxes = yield* InBoxes.make
    if ((yield* boxChoice(usual)) === "always") return boxes
    // Found out when it first matters: most commands read nothing of strangers.
    const chosen = yield* cachedOutcome(
      boxes.available.pipe(
        Effect.as(boxes),
        Effect.catchAll(({ reason, hint }) =>
          Effect.as(
            Effect.logWarning(
              `there is no sandbox (${reason}; ${hint}): what strangers wrote is read by processes that see the files of this user`
            ),
            AsProcesses.processes
          )
        )
      )
    )
    return Confined.of({
      available: Effect.flatMap(chosen, ({ available }) => available),
      ask: (...asked) => Effect.flatMap(chosen, ({ ask }) => ask(...asked)),
      open: (...asked) => Effect.flatMap(chosen, ({ open }) => open(...asked))
    })
  })

/** `usual`: where GITTENSOR_BOX says nothing. */
export const layer = (usual: BoxChoice) => Layer.scoped(Confined, make(usual))

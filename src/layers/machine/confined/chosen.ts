/** Chooses whether tasks run without a box on a machine that has none. */
import { Config, Effect, Layer } from "effect"
import { cachedOutcome } from "../effects/cachedOutcome.ts"
import * as AsProcesses from "./asProcesses.ts"
import { Confined } from "./Confined.ts"
import * as InBoxes from "./inBoxes.ts"

/**
 * `always`: strangers' bytes are read in a box or not at all. `where-possible`: without boxes, a separate process reads them, which sees its user's
 * files.
 */
export type BoxChoice = "always" | "where-possible"

/** Reads GITTENSOR_BOX. */
const boxChoice = (usual: BoxChoice): Config.Config<BoxChoice> =>
  Config.literal("always", "where-possible")("GITTENSOR_BOX").pipe(Config.withDefault(usual))

const make = (usual: BoxChoice) =>
  Effect.gen(function* () {
    const boxes = yield* InBoxes.make
    if ((yield* boxChoice(usual)) === "always") return boxes
    // Checked on first use: most commands read no strangers' bytes.
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

/** `usual`: the choice where GITTENSOR_BOX is unset. */
export const layer = (usual: BoxChoice) => Layer.scoped(Confined, make(usual))

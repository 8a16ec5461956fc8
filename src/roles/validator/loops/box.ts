/** Monitors whether this machine can create sandboxes. Without one, a validator scores no files and judges no pull requests, and /health has to show it. */
import { Duration, Effect, Schedule } from "effect"
import { Confined } from "../../../layers/machine/confined/Confined.ts"
import { Concerns } from "../Concerns.ts"

const CHECK_INTERVAL = Duration.minutes(10)

/** Checks at start, then every ten minutes. */
export const watchBoxes = Effect.gen(function* () {
  const [{ available }, { report }] = yield* Effect.all([Confined, Concerns])
  yield* available.pipe(
    Effect.matchEffect({
      onFailure: ({ reason, hint }) =>
        report(
          "box",
          `no files are scored and no pull requests are judged, because strangers' content is read only in a sandbox, and none starts (${reason}; ${hint})`
        ),
      onSuccess: () => report("box", null)
    }),
    Effect.repeat(Schedule.spaced(CHECK_INTERVAL))
  )
})

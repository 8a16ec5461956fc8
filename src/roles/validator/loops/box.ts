/** Watches whether this machine can make boxes. Without one, a validator scores no files and judges no pull requests, which must not stay unseen. */
import { Duration, Effect, Schedule } from "effect"
import { Confined } from "../../../layers/machine/confined/Confined.ts"
import { Concerns } from "../Concerns.ts"

const EVERY = Duration.minutes(10)

/** Tries now, and then every ten minutes. */
export const watchBoxes = Effect.gen(function* () {
  const [{ available }, { report }] = yield* Effect.all([Confined, Concerns])
  yield* available.pipe(
    Effect.matchEffect({
      onFailure: ({ reason, hint }) =>
        report(
          "box",
          `what strangers wrote can't be read, so no files are scored and no pull requests are judged: there is no sandbox (${reason}; ${hint})`
        ),
      onSuccess: () => report("box", null)
    }),
    Effect.repeat(Schedule.spaced(EVERY))
  )
})

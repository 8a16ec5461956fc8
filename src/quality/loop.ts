/**
 * The judging loop: after each pass of the verdict loop, it takes in heads and begins duels. It casts no vote and no loop waits for it, so it does not count
 * for the process's progress, and its failures stay its own. If the tables or the engine do not open, it retries after a pause.
 */
import { type Duration, Effect, Layer, Option } from "effect"
import type { PullRequestHeads } from "../layers/github/PullRequestHeads.ts"
import { attempted, linesOfLoop, supervised } from "../layers/machine/effects/supervise.ts"
import type { Look } from "../scoring/issue_competitions/verdicts.ts"
import * as Duels from "./duel/beginDuels.ts"
import { DuelCourt } from "./duel/DuelCourt.ts"
import type { HeadPipeline } from "./pipeline/HeadPipeline.ts"
import { step as qualityStep } from "./pipeline/takeInHeads.ts"
import { SeenByVerdicts } from "./SeenByVerdicts.ts"
import type { DuelRecords } from "./store/DuelRecords.ts"
import type { QualityRecords } from "./store/QualityRecords.ts"
import * as QualityView from "./store/QualityView.ts"

/** Runs the steps. Abandons a step that exceeds the limit. */
const steps = Effect.fn("judgingSteps")(function* (limit: Duration.Duration) {
  const [court, duels, lines, duelLines] = yield* Effect.all([Effect.serviceOption(DuelCourt), Duels.make, linesOfLoop, linesOfLoop])
  const duelStep = (looks: ReadonlyArray<Look>) =>
    Option.match(court, {
      onNone: () => Effect.void,
      onSome: (found) => attempted("duels", Effect.provideService(duels(looks), DuelCourt, found), { limit, lines: duelLines })
    })
  return (looks: ReadonlyArray<Look>) => Effect.zipRight(attempted("quality", qualityStep(looks), { limit, lines }), duelStep(looks))
})

/** While the tables are open, readers see them, and each pass of the verdict loop triggers a step. */
const afterEachLook = (limit: Duration.Duration) =>
  Effect.gen(function* () {
    const [{ take }, step] = yield* Effect.all([SeenByVerdicts, steps(limit)])
    yield* QualityView.show
    return yield* Effect.forever(Effect.flatMap(take, step))
  }).pipe(Effect.scoped)

/** Services for judging. With a court, there are duels too. */
type Judging = QualityRecords | DuelRecords | HeadPipeline | PullRequestHeads

/** Starts the loop. Builds `judging` in the background, and again after a failure. */
export const layer = <E, R>(judging: Layer.Layer<Judging, E, R>, limit: Duration.Duration) =>
  Layer.scopedDiscard(Effect.forkScoped(supervised("quality", Effect.provide(afterEachLook(limit), judging))))

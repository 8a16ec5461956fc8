/** A worker's health: /health, /live, /ready and /metrics, about itself and the shared database. */
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Effect, Either } from "effect"
import { RefusedTokens, refusal } from "../layers/github/client/RefusedTokens.ts"
import { cachedOutcome } from "../layers/machine/effects/cachedOutcome.ts"
import { metricsText } from "../layers/machine/http/MetricsListener.ts"
import { metricsOf } from "../layers/machine/telemetry/catalogue.ts"
import { set } from "../layers/machine/telemetry/metrics.ts"
import { measureProcess } from "../layers/machine/telemetry/processMetrics.ts"
import { render } from "../layers/machine/telemetry/prometheus.ts"
import { type WorkState, workState } from "../layers/storage/durable/executions.ts"

/** A database that takes longer counts as unavailable. */
const ANSWERS_WITHIN = "5 seconds"

const measureWork = ({ workers, workflows }: WorkState) =>
  Effect.gen(function* () {
    const healthy = workers.filter((worker) => worker.healthy).length
    yield* set("gittensor_work_workers", healthy, { state: "healthy" })
    yield* set("gittensor_work_workers", workers.length - healthy, { state: "silent" })
    for (const { workflow, unfinished } of workflows) yield* set("gittensor_work_unfinished", unfinished, { workflow })
  })

/** The work that waits or is in progress, by workflow, and since when. */
const queueIn = ({ workflows }: WorkState) =>
  workflows.flatMap(({ workflow, unfinished, since }) =>
    since === null ? [] : [{ workflow, waiting: unfinished, since: new Date(since).toISOString() }]
  )

/** A worker's problems in words. `refused`: indices of the tokens that GitHub rejects. */
export const troublesOf = (found: Either.Either<WorkState, { readonly message: string }>, refused: ReadonlyArray<number>) => [
  ...(Either.isLeft(found) ? [`the database of durable work: ${found.left.message}`] : []),
  ...refused.map((slot) => refusal(slot))
]

/**
 * - /health: 200 while the database answers and GitHub accepts every token, else 503 with the reasons. `address`: where other workers reach this one.
 * - /live: 200 while the process answers. A restart would not repair the database.
 * - /ready: 200 once the database lists this worker as healthy.
 */
export const routes = ({ address, version }: { readonly address: string; readonly version: string }) =>
  Effect.gen(function* () {
    const { all: refusedTokens } = yield* RefusedTokens
    const state = workState.pipe(Effect.timeout(ANSWERS_WITHIN), Effect.either)
    // Counting is slow in a large database, and several probes may ask at once.
    const examined = yield* cachedOutcome(state, "2 seconds")
    const isKnown = (state: WorkState) => state.workers.some((worker) => worker.address === address && worker.healthy)
    return HttpRouter.empty.pipe(
      HttpRouter.get(
        "/health",
        Effect.flatMap(Effect.all([examined, refusedTokens]), ([found, refused]) => {
          const wrong = troublesOf(found, refused)
          return HttpServerResponse.json(
            { healthy: wrong.length === 0, wrong, queue: Either.isRight(found) ? queueIn(found.right) : null, version },
            { status: wrong.length === 0 ? 200 : 503 }
          )
        })
      ),
      HttpRouter.get("/live", HttpServerResponse.json({ live: true })),
      HttpRouter.get(
        "/ready",
        Effect.flatMap(examined, (found) => {
          const ready = Either.isRight(found) && isKnown(found.right)
          return HttpServerResponse.json({ ready }, { status: ready ? 200 : 503 })
        })
      ),
      HttpRouter.get(
        "/metrics",
        Effect.gen(function* () {
          const found = yield* examined
          yield* set("gittensor_work_database_reachable", Either.isRight(found) ? 1 : 0)
          if (Either.isRight(found)) yield* measureWork(found.right)
          yield* measureProcess(version)
          return metricsText(yield* render(metricsOf("work")))
        })
      )
    )
  })

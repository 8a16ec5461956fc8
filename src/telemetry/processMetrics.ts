/** What every long-running process shows of itself, whichever command it runs. */
import { Clock, Effect } from "effect"
import { set, setTotal, validatorMetrics } from "./metrics.ts"

const {
  gittensor_build_info,
  gittensor_heap_bytes,
  gittensor_http_connections,
  gittensor_http_connections_closed_total,
  process_cpu_seconds_total,
  process_resident_memory_bytes,
  process_start_time_seconds
} = validatorMetrics

/** Their definitions, for what is rendered. */
export const processMetrics = {
  gittensor_build_info,
  gittensor_heap_bytes,
  gittensor_http_connections,
  gittensor_http_connections_closed_total,
  process_cpu_seconds_total,
  process_resident_memory_bytes,
  process_start_time_seconds
}

/** Measures them: memory in bytes, times in seconds. */
export const measureProcess = (version: string): Effect.Effect<void> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    yield* set("gittensor_build_info", 1, { version, runtime: `bun ${Bun.version}` })
    const { rss, heapUsed } = process.memoryUsage()
    yield* set("process_resident_memory_bytes", rss)
    yield* set("gittensor_heap_bytes", heapUsed)
    yield* set("process_start_time_seconds", Math.round(now / 1000 - process.uptime()))
    const { user, system } = process.cpuUsage()
    yield* setTotal("process_cpu_seconds_total", (user + system) / 1_000_000)
  })

/** Process metrics of every long-running command. */
import { Effect } from "effect"
import { set, setTotal } from "./metrics.ts"

/** Sets the process metrics: memory in bytes, times in seconds. */
export const measureProcess = (version: string): Effect.Effect<void> =>
  Effect.gen(function* () {
    yield* set("gittensor_build_info", 1, { version, runtime: `bun ${Bun.version}` })
    const { rss, heapUsed } = process.memoryUsage()
    yield* set("process_resident_memory_bytes", rss)
    yield* set("gittensor_heap_bytes", heapUsed)
    yield* set("process_start_time_seconds", Math.round(performance.timeOrigin / 1000))
    const { user, system } = process.cpuUsage()
    yield* setTotal("process_cpu_seconds_total", (user + system) / 1_000_000)
  })

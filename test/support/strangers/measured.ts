/** The cost of work in this process. */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { Effect } from "effect"

const kilobytesOf = (name: "VmHWM" | "VmRSS"): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? Number.NaN)

/** Whether this system reports a process's peak memory. */
export const knowsPeaks = existsSync("/proc/self/clear_refs")

/** The peak growth of this process's memory during the work, in bytes. */
export const growthOf = <A, E, R>(work: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    Bun.gc(true)
    // Resets the peak to the present memory (man 5 proc).
    writeFileSync("/proc/self/clear_refs", "5")
    const before = kilobytesOf("VmRSS")
    yield* work
    return (kilobytesOf("VmHWM") - before) * 1_024
  })

/** This process's CPU time so far, in milliseconds. Other processes do not count. */
export const processorTime = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** This process's CPU time for the work, in milliseconds: the minimum of several runs, because of other load. */
export const costOf = <A, E, R>(work: Effect.Effect<A, E, R>, runs = 3) =>
  Effect.gen(function* () {
    let least = Number.POSITIVE_INFINITY
    for (let run = 0; run < runs; run++) {
      // Earlier garbage is not part of this work's cost.
      Bun.gc(true)
      const before = processorTime()
      yield* work
      least = Math.min(least, processorTime() - before)
    }
    return least
  })

/** The minimum of up to six measurements, because other load only adds. Ends at the first one within the limit. */
export const leastOf = <E, R>(measure: Effect.Effect<number, E, R>, limit: number) =>
  Effect.iterate(
    { left: 6, least: Number.POSITIVE_INFINITY },
    {
      while: ({ left, least }) => left > 0 && least > limit,
      body: ({ left, least }) => Effect.map(measure, (one) => ({ left: left - 1, least: Math.min(least, one) }))
    }
  ).pipe(Effect.map(({ least }) => least))

/** The ratio of two figures, both raised to at least this value. */
export const ratioOf = (larger: number, smaller: number, atLeast: number): number => Math.max(larger, atLeast) / Math.max(smaller, atLeast)

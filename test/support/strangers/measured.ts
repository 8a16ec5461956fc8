/** What work costs this process. */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { Effect } from "effect"

const kilobytesOf = (name: "VmHWM" | "VmRSS"): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? Number.NaN)

/** Whether this system says how much memory a process took at most. */
export const knowsPeaks = existsSync("/proc/self/clear_refs")

/** By how many bytes this process grew at most while it worked. */
export const growthOf = <A, E, R>(work: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    Bun.gc(true)
    // Sets the peak to what is used now (man 5 proc).
    writeFileSync("/proc/self/clear_refs", "5")
    const before = kilobytesOf("VmRSS")
    yield* work
    return (kilobytesOf("VmHWM") - before) * 1_024
  })

/** What this process has taken so far, in milliseconds. What runs beside it on the machine does not count. */
export const processorTime = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** The processor time of this process for the work, in milliseconds: the least of several runs, because others run beside it. */
export const costOf = <A, E, R>(work: Effect.Effect<A, E, R>, runs = 3) =>
  Effect.gen(function* () {
    let least = Number.POSITIVE_INFINITY
    for (let run = 0; run < runs; run++) {
      // What was left behind before is not this work's to collect.
      Bun.gc(true)
      const before = processorTime()
      yield* work
      least = Math.min(least, processorTime() - before)
    }
    return least
  })

/** The least of up to six measures of the same, because what runs beside it can only add to one. Ends at the first that is within the limit. */
export const leastOf = <E, R>(measure: Effect.Effect<number, E, R>, limit: number) =>
  Effect.iterate(
    { left: 6, least: Number.POSITIVE_INFINITY },
    {
      while: ({ left, least }) => left > 0 && least > limit,
      body: ({ left, least }) => Effect.map(measure, (one) => ({ left: left - 1, least: Math.min(least, one) }))
    }
  ).pipe(Effect.map(({ least }) => least))

/** How many times more one figure is than another, where both are at least this. */
export const ratioOf = (larger: number, smaller: number, atLeast: number): number => Math.max(larger, atLeast) / Math.max(smaller, atLeast)

/** Keeps a long-running command's memory near what it uses. */
import { Context, type Duration, Effect } from "effect"

/** Whether the process runs this command alone. Otherwise a collection would pause the rest too, and take longer for its objects. */
export class OwnsProcess extends Context.Reference<OwnsProcess>()("gittensor/OwnsProcess", { defaultValue: () => true }) {}

export interface TidyOptions {
  /** Growth of the process that triggers a collection, in bytes. */
  readonly growth: number
  /** The least growth, as a share of the process's memory: the more is in use, the longer a collection takes. Default: 0. */
  readonly share?: number
  /** A process of fewer bytes is left alone. Default: 0. */
  readonly above?: number
  /** How often to poll the process's memory. */
  readonly every: Duration.DurationInput
}

/** For a process that runs for weeks. */
export const LONG_RUNNING: TidyOptions = { growth: 32_000_000, share: 1 / 8, every: "500 millis" }

/**
 * Collects garbage for ever: whenever the process has grown by so much, and at least once a minute. One block's objects are garbage at the next, but
 * JavaScriptCore by itself lets the process grow to several times what is in use; it even counts the embedded database's memory as a reason to wait.
 * One collection takes about a tenth of a second. The growth of the whole process counts, because the engine does not know the size of new objects
 * until it collects. Does nothing in a process that is not the command's own.
 */
export const tidyMemory = ({ growth, every, share = 0, above = 0 }: TidyOptions): Effect.Effect<never> =>
  Effect.flatMap(OwnsProcess, (ownsProcess) => {
    if (!ownsProcess) return Effect.never
    let after = process.memoryUsage.rss()
    const grown = Effect.sync(() => {
      const now = process.memoryUsage.rss()
      // The engine has collected by itself, or has returned free memory to the system.
      after = Math.min(after, now)
      return now > above && now - after > Math.max(growth, after * share)
    })
    const untilGrown = grown.pipe(Effect.delay(every), Effect.repeat({ until: (hasGrown) => hasGrown }), Effect.timeoutOption("1 minute"))
    const collect = Effect.sync(() => {
      Bun.gc(true)
      after = process.memoryUsage.rss()
    })
    return Effect.forever(Effect.zipRight(untilGrown, collect))
  })

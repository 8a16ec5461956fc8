/** Sends requests at an even pace, whether the server keeps up or not. Each is timed from when it was due, so a stall counts for every request that it delays. */
import { Effect } from "effect"

export interface Load {
  readonly baseUrl: string
  readonly paths: (index: number) => string
  readonly perSecond: number
  readonly seconds: number
}

export interface Measured {
  /** Sorted, in ms. */
  readonly latencies: ReadonlyArray<number>
  readonly failures: number
  readonly perSecond: number
}

const once = async (url: string, due: number): Promise<number | undefined> => {
  const response = await fetch(url)
  await response.arrayBuffer()
  return response.ok ? performance.now() - due : undefined
}

/** Starts each request when it is due, and collects their times. */
export const load = ({ baseUrl, paths, perSecond, seconds }: Load): Effect.Effect<Measured> =>
  Effect.promise(async () => {
    const total = perSecond * seconds
    const started = performance.now()
    const running: Array<Promise<number | undefined>> = []
    while (running.length < total) {
      const due = started + (running.length * 1_000) / perSecond
      const wait = due - performance.now()
      if (wait > 0.5) await new Promise((resume) => setTimeout(resume, wait))
      running.push(once(`${baseUrl}${paths(running.length)}`, due).catch(() => undefined))
    }
    const results = await Promise.all(running)
    const latencies = results.filter((ms) => ms !== undefined).sort((a, b) => a - b)
    return { latencies, failures: total - latencies.length, perSecond: (total * 1_000) / (performance.now() - started) }
  })

/** A percentile. */
export const percentile = ({ latencies }: Measured, percent: number): number =>
  latencies[Math.min(latencies.length - 1, Math.floor((latencies.length * percent) / 100))] ?? Number.NaN

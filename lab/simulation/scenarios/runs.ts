/** Runs a season and sums up its rounds. */
import { Effect } from "effect"
import type { Counts } from "../checks.ts"
import * as Season from "../networkSeason.ts"
import type { Piece } from "../ratings/sections/common.ts"
import type { RoundResult } from "../roundResult.ts"
import type { SimulationSettings } from "../setup.ts"

/** Options of a simulation. */
export interface RunOptions {
  readonly seed: number
  /** Per season. */
  readonly rounds: number
  readonly miners: number
  readonly validators: number
  /** Only this share of hostile stake, in basis points. Default: the scenario's own shares. */
  readonly hostileBps?: number
  /** Reports progress, one line a call. */
  readonly onProgress: (line: string) => void
  /** Lets another process play a scenario, or a piece of it (null: all). Absent: this process plays everything. */
  readonly elsewhere?: (work: { readonly scenario: string; readonly piece: Piece | null }) => Effect.Effect<unknown>
}

export interface Totals {
  readonly rounds: ReadonlyArray<RoundResult>
  readonly counts: Counts
  readonly season: Season.Season
  /** Rounds in which a pair given by the attested majority did not start. */
  readonly roundsLost: number
  /** Rounds with fewer pairs than if everything had been attested. */
  readonly roundsShort: number
  readonly roundsWithoutPair: number
  readonly expected: number
  readonly started: number
  readonly possible: number
}

const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((all, one) => all + one, 0)

const PROGRESS_LINES = 10

/** Runs one season. Other fibers run between rounds, so that it can be interrupted. */
export const run = (
  name: string,
  settings: SimulationSettings,
  { onProgress, rounds }: Pick<RunOptions, "rounds" | "onProgress">
): Effect.Effect<Totals> =>
  Effect.gen(function* () {
    const season = Season.make(settings)
    const results: Array<RoundResult> = []
    for (let done = 1; done <= rounds; done++) {
      results.push(season.step())
      if (rounds >= PROGRESS_LINES * 10 && done % Math.ceil(rounds / PROGRESS_LINES) === 0)
        onProgress(`${name}: ${done} of ${rounds} rounds`)
      // Yields to timers too, not only to fibers, so that signals are handled.
      yield* Effect.yieldNow()
      if (done % 16 === 0) yield* Effect.sleep(0)
    }
    return {
      rounds: results,
      counts: season.counts,
      season,
      roundsLost: results.filter(({ expected, started }) => started < expected).length,
      roundsShort: results.filter(({ possible, started }) => started < possible).length,
      roundsWithoutPair: results.filter(({ started }) => started === 0).length,
      expected: sum(results.map(({ expected }) => expected)),
      started: sum(results.map(({ started }) => started)),
      possible: sum(results.map(({ possible }) => possible))
    }
  })

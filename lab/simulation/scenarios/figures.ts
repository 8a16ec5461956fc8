/** Shared by the scenarios: seasons, settings, notes, and the figures of a report. */
import { Effect } from "effect"
import type { Counts } from "../checks.ts"
import * as Season from "../networkSeason.ts"
import type { RoundResult } from "../roundResult.ts"
import { defaultSettings, type SimulationSettings } from "../setup.ts"
import { troubled, usualTroubles } from "../validators/conditions.ts"

/** An integer (count, rounds, blocks, parts per million), or a percentage with two decimals; `bound`: what it must keep, absent for information only. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly bound?: { readonly atLeast?: number; readonly atMost?: number }
}

/** The result of one scenario. */
export interface Section {
  /** The name on the command line. */
  readonly name: string
  /** The question, in one sentence. */
  readonly question: string
  readonly figures: ReadonlyArray<Figure>
  /** Context for interpreting the figures. */
  readonly notes: ReadonlyArray<string>
}

export interface Report {
  readonly seed: number
  readonly settings: Readonly<Record<string, number>>
  readonly sections: ReadonlyArray<Section>
  /** Whether every figure keeps its bound. */
  readonly holds: boolean
}

/** Whether a figure keeps its bound; true without one. */
export const keepsBound = ({ bound, value }: Figure): boolean =>
  value >= (bound?.atLeast ?? Number.NEGATIVE_INFINITY) && value <= (bound?.atMost ?? Number.POSITIVE_INFINITY)

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

export interface Scenario {
  readonly name: string
  readonly question: string
  readonly run: (options: RunOptions) => Effect.Effect<Section>
}

export const settingsOf = ({ miners, seed, validators }: RunOptions, more: Partial<SimulationSettings> = {}): SimulationSettings => ({
  ...defaultSettings,
  seed,
  miners,
  validators,
  conditionOf: troubled(seed, usualTroubles),
  ...more
})

/** How the simulation differs from reality, for readers of the figures. */
export const MODEL_NOTES: ReadonlyArray<string> = [
  "Validators decide by the program's own functions (round state, attestations, pairs, verdicts, upkeep). These read the model of the contract, which fuzzing compares with the contract, a simulated chain without forks and a simulated GitHub. Validators with equal input share one answer. Hashes replace signatures, and the journal and gossip messages are left out; a test runs complete daemons with all of these, and they produce the same seasons.",
  "Rounds, attesting blocks and quorum are the product's. Matches are shortened, so that a season has many: two hours until submissions, a day to the deadline, and three hours for which votes must have stood to be settled and stake to weigh. A round with nothing to pair counts as a round without a pair, not as a lost one.",
  "A verdict is wrong when GitHub's record did not ask for it at that block nor in the 200 blocks (40 minutes) before, in which every validator looks again; the latter are counted separately, and so are verdicts that the record had asked for earlier: then too few honest validators were there to change their votes. A pair is wrong when it differs from the one that the rules give for the majority's attestations; a bit is wrong when no honest validator's code would have set it."
]

const zero = { atMost: 0 }

export const mustBeZero = (name: string, value: number, label = ""): Figure => ({
  name: `${name}${label}`,
  value,
  unit: "count",
  bound: zero
})

export const count = (name: string, value: number, label = ""): Figure => ({ name: `${name}${label}`, value, unit: "count" })

/** A share in parts per million. */
const shareInMillionths = (part: number, whole: number): number => (whole === 0 ? 0 : Math.round((part * 1_000_000) / whole))

/** Figures of events that must never happen. */
export const safety = ({ counts }: Totals, label = ""): ReadonlyArray<Figure> => [
  mustBeZero("wrong pairs", counts.wrongPairs, label),
  mustBeZero("wrong verdicts", counts.wrongVerdicts, label),
  mustBeZero("wrong bits in a majority", counts.wrongBits, label),
  mustBeZero("third meetings of two in a window", counts.thirdMeetings, label),
  mustBeZero("promises of the contract broken", counts.broken.length, label)
]

/** Figures of how well the network works. */
export const progress = (
  { counts, possible, rounds, roundsLost, roundsShort, roundsWithoutPair, started }: Totals,
  label = ""
): ReadonlyArray<Figure> => [
  count("rounds", rounds.length, label),
  count("matches", counts.competitions, label),
  count("verdicts", counts.verdicts, label),
  count("verdicts by a record that had just changed", counts.overtaken, label),
  count("verdicts by a record that had changed earlier", counts.outlived, label),
  count("bounties paid", counts.paid, label),
  count("rounds lost to disagreement", roundsLost, label),
  count("rounds with fewer pairs than possible", roundsShort, label),
  count("rounds without a pair", roundsWithoutPair, label),
  {
    name: `pairs kept from starting${label}`,
    value: shareInMillionths(Math.max(0, possible - started), possible),
    unit: "ppm of possible"
  },
  count("solved matches that expired", counts.missedVerdicts, label)
]

export const brokenPromises = (all: ReadonlyArray<Totals>): ReadonlyArray<string> => all.flatMap(({ counts }) => counts.broken.slice(0, 5))

/** Only the most demanding scenario runs all rounds; a fifth of them is enough for the others. */
export const partOf = (rounds: number, part = 5): number => Math.max(Math.min(rounds, 40), Math.floor(rounds / part))

/** Shared by the scenarios about validators: settings, notes and figures. */
import type { Effect } from "effect"
import type { RatingScenario } from "../ratings/sections/common.ts"
import type { Figure, Section } from "../report/Report.ts"
import { defaultSettings, type SimulationSettings } from "../setup.ts"
import { troubled, usualTroubles } from "../validators/conditions.ts"
import type { RunOptions, Totals } from "./runs.ts"

export interface Scenario {
  readonly name: string
  readonly question: string
  readonly run: (options: RunOptions) => Effect.Effect<Section>
  /** Plays one piece of the scenario, if it has pieces. */
  readonly play?: RatingScenario["play"]
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

export const never = (name: string, value: number, label = ""): Figure => ({ name: `${name}${label}`, value, unit: "count", bound: zero })

export const count = (name: string, value: number, label = ""): Figure => ({ name: `${name}${label}`, value, unit: "count" })

/** A share in parts per million. */
const share = (part: number, whole: number): number => (whole === 0 ? 0 : Math.round((part * 1_000_000) / whole))

/** Figures of events that must never happen. */
export const safety = ({ counts }: Totals, label = ""): ReadonlyArray<Figure> => [
  never("wrong pairs", counts.wrongPairs, label),
  never("wrong verdicts", counts.wrongVerdicts, label),
  never("wrong bits in a majority", counts.wrongBits, label),
  never("third meetings of two in a window", counts.thirdMeetings, label),
  never("promises of the contract broken", counts.broken.length, label)
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
  { name: `pairs kept from starting${label}`, value: share(Math.max(0, possible - started), possible), unit: "ppm of possible" },
  count("solved matches that expired", counts.missedVerdicts, label)
]

export const brokenPromises = (all: ReadonlyArray<Totals>): ReadonlyArray<string> => all.flatMap(({ counts }) => counts.broken.slice(0, 5))

/** Only the most demanding scenario runs all rounds; a fifth of them is enough for the others. */
export const partOf = (rounds: number, part = 5): number => Math.max(Math.min(rounds, 40), Math.floor(rounds / part))

/** All scenarios of `gittensor simulate`. */
import { Effect } from "effect"
import * as Miners from "../miners/strategies.ts"
import type { SimulationSettings } from "../setup.ts"
import { badTroubles, troubled } from "../validators/conditions.ts"
import { consensus } from "./consensus.ts"
import {
  brokenPromises,
  type Figure,
  MODEL_NOTES,
  partOf,
  progress,
  type RunOptions,
  run,
  type Scenario,
  safety,
  settingsOf,
  type Totals
} from "./figures.ts"
import { hostile, majority } from "./hostile.ts"
import { partition } from "./partition.ts"

/** Questions that one season answers. */
const ofOneSeason = (
  name: string,
  question: string,
  more: (options: RunOptions) => Partial<SimulationSettings>,
  notes: ReadonlyArray<string> = [],
  figuresOf: (totals: Totals) => ReadonlyArray<Figure> = () => []
): Scenario => ({
  name,
  question,
  run: (options) =>
    Effect.map(run(name, settingsOf(options, more(options)), { ...options, rounds: partOf(options.rounds) }), (totals) => ({
      name,
      question,
      figures: [...safety(totals), ...progress(totals), ...figuresOf(totals)],
      notes: [...notes, ...brokenPromises([totals])]
    }))
})

/** How many in a thousand miners follow each strategy; six in ten are honest. */
const STRATEGY_MIX = [
  [Miners.colluder, 60],
  [Miners.flooder, 30],
  [Miners.latecomer, 60],
  [Miners.twoFaced, 60],
  [Miners.loser, 40],
  [Miners.squatter, 60],
  [Miners.hasty, 30],
  [Miners.swapper, 30],
  [Miners.skipper, 30]
] as const

/** The income of each strategy's miners. */
const incomes = ({ rounds, season }: Totals): ReadonlyArray<Figure> =>
  [...season.incomeByStrategy()].map(([name, { miners: followers, paid, started }]) => ({
    name: `bounties a miner, ${name} (${followers} miners, ${started} starts)`,
    value: Number((paid * 100n) / (1_000_000n * BigInt(Math.max(1, followers)) * BigInt(Math.max(1, rounds.length)))),
    unit: "milli-alpha"
  }))

export const allScenarios: ReadonlyArray<Scenario> = [
  ofOneSeason("honest", "Do honest validators with the usual troubles agree, round after round?", () => ({}), MODEL_NOTES),
  ofOneSeason(
    "unreliable",
    "What if every validator is away a fifth of the time, far behind another fifth, and GitHub is silent for it a tenth?",
    ({ seed }) => ({ conditionOf: troubled(seed, badTroubles) })
  ),
  hostile,
  majority,
  partition,
  ofOneSeason(
    "miners",
    "What do miners earn who collude, flood, enrol late, equivocate, lose on purpose, squat, rush or swap hotkeys?",
    () => ({ mix: STRATEGY_MIX }),
    ["Bounties per miner are the mean over the strategy's followers, in milli-alpha per hundred rounds."],
    incomes
  ),
  consensus
]

/** The scenario of miners who seek profit without work. */
import { Effect } from "effect"
import * as Miners from "../miners/strategies.ts"
import type { Figure, Section } from "../report/Report.ts"
import { brokenPromises, partOf, progress, type Scenario, safety, settingsOf } from "./figures.ts"
import { run, type Totals } from "./runs.ts"

/** How many in a thousand miners follow each strategy; six in ten are honest. */
const MIX = [
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

export const miners: Scenario = {
  name: "miners",
  question: "What do miners earn who collude, flood, enrol late, equivocate, lose on purpose, squat, rush or swap hotkeys?",
  run: (options) =>
    Effect.map(
      run("miners", settingsOf(options, { mix: MIX }), { ...options, rounds: partOf(options.rounds) }),
      (totals): Section => ({
        name: miners.name,
        question: miners.question,
        figures: [...safety(totals), ...progress(totals), ...incomes(totals)],
        plots: [],
        notes: [
          "Bounties per miner are the mean over the strategy's followers, in milli-alpha per hundred rounds.",
          ...brokenPromises([totals])
        ]
      })
    )
}

/** The income of each strategy's miners. */
const incomes = ({ rounds, season }: Totals): ReadonlyArray<Figure> =>
  [...season.incomeByStrategy()].map(([name, { miners: followers, paid, started }]) => ({
    name: `bounties a miner, ${name} (${followers} miners, ${started} starts)`,
    value: Number((paid * 100n) / (1_000_000n * BigInt(Math.max(1, followers)) * BigInt(Math.max(1, rounds.length)))),
    unit: "milli-alpha"
  }))

/** The scenario of a network that is partitioned for a while. */
import { Effect } from "effect"
import { contractConfig, defaultSettings, FIRST_ROUND } from "../setup.ts"
import { holdersOf, partitioned } from "../validators/conditions.ts"
import { makeValidators } from "../validators/Validator.ts"
import { count, run, type Scenario, type Section, safety, settingsOf, type Totals } from "./figures.ts"

const PARTED_ROUNDS = 24

/**
 * How long after the partition's end every honest validator attested everything again and every possible pair started: in rounds, and in blocks until
 * the last start of that round.
 */
const recovery = ({ rounds }: Totals, healed: number): { readonly rounds: number; readonly blocks: number } => {
  const after = rounds.filter(({ round }) => round >= healed)
  const index = after.findIndex(({ complete, honest: all, possible, started }) => complete === all && started >= possible)
  const first = index < 0 ? after.length : index
  const begin = healed * contractConfig.roundLength
  return { rounds: first + 1, blocks: (after[index]?.lastStart ?? begin + (first + 1) * contractConfig.roundLength) - begin }
}

export const partition: Scenario = {
  name: "partition",
  question: "What does a partition of 40 to 60 cost, and how long does it take to recover?",
  run: (options) => {
    const from = FIRST_ROUND + 24
    const until = from + PARTED_ROUNDS
    const cases = [
      ["gossip parted 40/60", "gossip", 4_000],
      ["40 % cut from the chain", "chain", 4_000],
      ["60 % cut from the chain", "chain", 6_000]
    ] as const
    const rounds = Math.max(72, Math.min(options.rounds, 96))
    return Effect.forEach(cases, ([label, what, bps]) => {
      const apart = holdersOf(makeValidators(options.seed, options.validators, 0), bps)
      const isApart = ({ index }: { readonly index: number }) => apart.has(index)
      // No other troubles, so that the figures show only the partition's effect.
      const settings = settingsOf(options, {
        conditionOf: partitioned({ from, until, isApart, what }, defaultSettings.conditionOf),
        islandOf: ({ index }, round) => (round >= from && round < until && (index * 10) % 100 < bps / 100 ? 1 : 0)
      })
      return Effect.map(run(label, settings, { ...options, rounds }), (totals) => ({ label, totals }))
    }).pipe(
      Effect.map((runs): Section => {
        const during = (totals: Totals) => totals.rounds.filter(({ round }) => round >= from && round < until)
        return {
          name: partition.name,
          question: partition.question,
          figures: runs.flatMap(({ label, totals }) => [
            ...safety(totals, `, ${label}`),
            { name: `rounds parted, ${label}`, value: PARTED_ROUNDS, unit: "rounds" },
            {
              name: `rounds meanwhile with fewer pairs than possible, ${label}`,
              value: during(totals).filter(({ possible, started }) => started < possible).length,
              unit: "rounds"
            },
            { name: `rounds to recover, ${label}`, value: recovery(totals, until).rounds, unit: "rounds", bound: { atMost: 2 } },
            { name: `blocks to recover, ${label}`, value: recovery(totals, until).blocks, unit: "blocks", bound: { atMost: 600 } },
            count("solved matches that expired", totals.counts.missedVerdicts, `, ${label}`)
          ]),
          notes: [
            `Partitioned from round ${from} until round ${until}. A gossip partition also splits the miners: each reaches only the validators on its side.`
          ]
        }
      })
    )
  }
}

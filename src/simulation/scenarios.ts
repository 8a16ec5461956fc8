/** The questions that a simulation answers about validators: what each lets happen, and what must come out. */
import { Effect } from "effect"
import { badTroubles, holding, parted, troubled, troubledMinority, usualTroubles } from "./conditions.ts"
import { hostileStrategies } from "./hostile.ts"
import * as Miners from "./miners.ts"
import type { Figure, Section } from "./report.ts"
import { type RunOptions, run, type Totals } from "./runs.ts"
import { contractConfig, defaultSettings, FIRST_ROUND, type Settings } from "./setup.ts"
import { muster } from "./validators.ts"

export interface Scenario {
  readonly name: string
  readonly question: string
  readonly run: (options: RunOptions) => Effect.Effect<Section>
}

const settingsOf = ({ miners, seed, validators }: RunOptions, more: Partial<Settings> = {}): Settings => ({
  ...defaultSettings,
  seed,
  miners,
  validators,
  conditionOf: troubled(seed, usualTroubles),
  ...more
})

/** What the seasons leave out or change, for whoever reads their figures. */
const MODEL_NOTES: ReadonlyArray<string> = [
  "Validators decide by the running program's own functions: a round's state, attestations, pairs, verdicts and upkeep are asked of the model of the contract (which fuzzing compares with the contract), of a simulated chain without forks and of a simulated GitHub. Validators with equal input share one answer. Signatures are a stand-in, and the journal and the way of gossip are left out; a test runs whole daemons, with signatures, journal and gossip's messages, and they come to the same seasons.",
  "Rounds, attesting blocks and quorum are the product's. What a competition takes is shortened, so that a season holds many: two hours until submissions, a day to the deadline, three hours to vote and three to challenge. A round with nothing to pair is a round without a pair, and not a lost one.",
  "A verdict is wrong when GitHub's record did not ask for it at that block nor in the 200 blocks (40 minutes) before, in which every validator looks again; those of the last kind are counted apart. A pair is wrong when it is another than the rules give from what the majority attested; a bit is wrong when no honest validator's code would have set it."
]

const zero = { atMost: 0 }

const never = (name: string, value: number, label = ""): Figure => ({ name: `${name}${label}`, value, unit: "count", bound: zero })
const count = (name: string, value: number, label = ""): Figure => ({ name: `${name}${label}`, value, unit: "count" })

/** Parts per million of a whole. */
const share = (part: number, whole: number): number => (whole === 0 ? 0 : Math.round((part * 1_000_000) / whole))

/** What must never happen, as figures. */
const safety = ({ counts }: Totals, label = ""): ReadonlyArray<Figure> => [
  never("wrong pairs", counts.wrongPairs, label),
  never("wrong verdicts", counts.wrongVerdicts, label),
  never("wrong bits in a majority", counts.wrongBits, label),
  never("third meetings of two in a window", counts.thirdMeetings, label),
  never("promises of the contract broken", counts.broken.length, label)
]

/** How well it goes, as figures. */
const progress = (
  { counts, possible, rounds, roundsLost, roundsShort, roundsWithoutPair, started }: Totals,
  label = ""
): ReadonlyArray<Figure> => [
  count("rounds", rounds.length, label),
  count("competitions", counts.competitions, label),
  count("verdicts", counts.verdicts, label),
  count("verdicts by a record that had just changed", counts.overtaken, label),
  count("bounties paid", counts.paid, label),
  count("bounties paid though reverted in time", counts.wrongPayments, label),
  count("rounds lost to disagreement", roundsLost, label),
  count("rounds with fewer pairs than possible", roundsShort, label),
  count("rounds without a pair", roundsWithoutPair, label),
  { name: `pairs kept from starting${label}`, value: share(Math.max(0, possible - started), possible), unit: "ppm of possible" },
  count("solved competitions that expired", counts.missedVerdicts, label)
]

const brokenPromises = (all: ReadonlyArray<Totals>): ReadonlyArray<string> => all.flatMap(({ counts }) => counts.broken.slice(0, 5))

const honest: Scenario = {
  name: "honest",
  question: "Do validators of good will with the usual troubles agree, round after round?",
  run: (options) =>
    Effect.map(run("honest", settingsOf(options), { ...options, rounds: partOf(options.rounds) }), (totals) => ({
      name: honest.name,
      question: honest.question,
      figures: [...safety(totals), ...progress(totals)],
      plots: [],
      notes: [...MODEL_NOTES, ...brokenPromises([totals])]
    }))
}

const unreliable: Scenario = {
  name: "unreliable",
  question: "What if every validator is away a fifth of the time, far behind another fifth, and GitHub is silent for it a tenth?",
  run: (options) =>
    Effect.map(
      run("unreliable", settingsOf(options, { conditionOf: troubled(options.seed, badTroubles) }), {
        ...options,
        rounds: partOf(options.rounds)
      }),
      (totals): Section => ({
        name: unreliable.name,
        question: unreliable.question,
        figures: [...safety(totals), ...progress(totals)],
        plots: [],
        notes: brokenPromises([totals])
      })
    )
}

/** The dearest question is asked of all rounds; a part of them answers the others as well, each for a fifth of the time. */
const partOf = (rounds: number, part = 5): number => Math.max(Math.min(rounds, 40), Math.floor(rounds / part))

const SHARES = [0, 1_000, 2_000, 3_000, 4_000]
const MOST = 4_900

const percent = (bps: number): string => `${bps / 100} %`

const sweep = (name: string, shares: ReadonlyArray<readonly [bps: number, rounds: number]>, options: RunOptions) =>
  Effect.forEach(shares, ([hostileBps, rounds]) =>
    run(
      `${name} ${percent(hostileBps)}`,
      settingsOf(options, {
        hostileBps,
        hostile: hostileStrategies,
        conditionOf: troubledMinority(options.seed, usualTroubles, muster(options.seed, options.validators, hostileBps))
      }),
      { ...options, rounds }
    ).pipe(Effect.map((totals) => ({ hostileBps, totals })))
  )

const sharesOf = ({ hostileBps, rounds }: RunOptions) =>
  hostileBps === undefined
    ? [...SHARES.map((bps) => [bps, partOf(rounds)] as const), [MOST, rounds] as const]
    : [[hostileBps, rounds] as const]

const strategiesNote = `The hostile act as one, know what the honest are about to vote, speak before and after them, and change their plan each round (${hostileStrategies.map(({ name }) => name).join(", ")}). Honest validators have the usual troubles, but never so many of them that they and the hostile hold half of the stake.`

const hostile: Scenario = {
  name: "hostile",
  question:
    "What can validators with less than half of the stake bring about, whatever they attest and vote, together or apart, first or last?",
  run: (options) =>
    Effect.map(sweep("hostile", sharesOf(options), options), (runs): Section => {
      const per = (of: (totals: Totals) => number) =>
        runs.map(({ hostileBps, totals }) => [hostileBps / 100, (of(totals) * 100) / totals.rounds.length] as const)
      return {
        name: hostile.name,
        question: hostile.question,
        figures: runs.flatMap(({ hostileBps, totals }) => [
          ...safety(totals, `, ${percent(hostileBps)} hostile`),
          ...progress(totals, `, ${percent(hostileBps)} hostile`),
          count("hostile messages", totals.counts.sent.hostile, `, ${percent(hostileBps)} hostile`)
        ]),
        plots: [
          {
            title: "Rounds lost by hostile stake",
            xLabel: "hostile share of the stake, %",
            yLabel: "% of rounds",
            lines: [
              { name: "lost to disagreement", points: per(({ roundsLost }) => roundsLost) },
              { name: "fewer pairs than possible", points: per(({ roundsShort }) => roundsShort) },
              { name: "without a pair", points: per(({ roundsWithoutPair }) => roundsWithoutPair) }
            ]
          }
        ],
        notes: [strategiesNote, ...brokenPromises(runs.map(({ totals }) => totals))]
      }
    })
}

/** Shares with which the hostile decide alone: if nothing went wrong then, the checks would see nothing. */
const MAJORITIES = [5_100, 6_000]

const majority: Scenario = {
  name: "majority",
  question: "Would the checks notice? With more than half of the stake hostile there must be wrong pairs and wrong verdicts.",
  run: (options) =>
    Effect.map(
      sweep(
        "majority",
        MAJORITIES.map((bps) => [bps, partOf(options.rounds, 20)] as const),
        options
      ),
      (runs): Section => ({
        name: majority.name,
        question: majority.question,
        figures: runs.flatMap(({ hostileBps, totals: { counts, roundsLost } }) => {
          const label = `, ${percent(hostileBps)} hostile`
          return [
            { name: `wrong pairs${label}`, value: counts.wrongPairs, unit: "count", bound: { atLeast: 1 } },
            { name: `wrong verdicts${label}`, value: counts.wrongVerdicts, unit: "count", bound: { atLeast: 1 } },
            { name: `wrong bits in a majority${label}`, value: counts.wrongBits, unit: "count", bound: { atLeast: 1 } },
            never("promises of the contract broken", counts.broken.length, label),
            count("rounds lost to disagreement", roundsLost, label)
          ]
        }),
        plots: [],
        notes: [
          strategiesNote,
          "The contract's own promises (money, competitions a miner, one vote a validator) hold whoever has the majority."
        ]
      })
    )
}

const PARTED_ROUNDS = 24

/**
 * How long after the healing every honest validator attested everything again and nothing possible was kept from starting: in rounds, and in blocks
 * from the healing to the last start of that round.
 */
const recovery = ({ rounds }: Totals, healed: number): { readonly rounds: number; readonly blocks: number } => {
  const after = rounds.filter(({ round }) => round >= healed)
  const index = after.findIndex(({ complete, honest: all, possible, started }) => complete === all && started >= possible)
  const first = index < 0 ? after.length : index
  const begin = healed * contractConfig.roundLength
  return { rounds: first + 1, blocks: (after[index]?.lastStart ?? begin + (first + 1) * contractConfig.roundLength) - begin }
}

const partition: Scenario = {
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
      const apart = holding(muster(options.seed, options.validators, 0), bps)
      const isApart = ({ index }: { readonly index: number }) => apart.has(index)
      // No other troubles: what is seen is the partition's.
      const settings = settingsOf(options, {
        conditionOf: parted({ from, until, isApart, what }, defaultSettings.conditionOf),
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
            count("solved competitions that expired", totals.counts.missedVerdicts, `, ${label}`)
          ]),
          plots: [
            {
              title: "Pairs started of those possible, round by round",
              xLabel: "round",
              yLabel: "%, mean of 4 rounds",
              lines: runs.map(({ label, totals }) => ({ name: label, points: inFours(totals) }))
            }
          ],
          notes: [
            `Parted from round ${from} until round ${until}. A gossip partition parts the miners alike: each reaches the validators of its side only.`
          ]
        }
      })
    )
  }
}

const inFours = ({ rounds }: Totals): ReadonlyArray<readonly [number, number]> =>
  Array.from({ length: Math.floor(rounds.length / 4) }, (_, index) => {
    const four = rounds.slice(index * 4, index * 4 + 4)
    const possible = four.reduce((all, one) => all + one.possible, 0)
    const started = four.reduce((all, one) => all + Math.min(one.started, one.possible), 0)
    return [four[0]?.round ?? 0, possible === 0 ? 100 : Math.round((started * 100) / possible)] as const
  })

/** Permille of the miners that follow each strategy; six in ten are honest. */
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

const miners: Scenario = {
  name: "miners",
  question: "What do miners come to who collude, flood, enrol late or with two tongues, lose on purpose, squat, hurry or swap hotkeys?",
  run: (options) =>
    Effect.map(
      run("miners", settingsOf(options, { mix: MIX }), { ...options, rounds: partOf(options.rounds) }),
      (totals): Section => ({
        name: miners.name,
        question: miners.question,
        figures: [...safety(totals), ...progress(totals), ...incomes(totals)],
        plots: [],
        notes: [
          "Bounties a miner are the mean of those who follow the strategy, in milli-alpha a hundred rounds.",
          ...brokenPromises([totals])
        ]
      })
    )
}

/** What each strategy's miners won. */
const incomes = ({ rounds, season }: Totals): ReadonlyArray<Figure> =>
  [...season.ladder()].map(([name, { miners: followers, paid, started }]) => ({
    name: `bounties a miner, ${name} (${followers} miners, ${started} starts)`,
    value: Number((paid * 100n) / (1_000_000n * BigInt(Math.max(1, followers)) * BigInt(Math.max(1, rounds.length)))),
    unit: "milli-alpha"
  }))

export const scenarios: ReadonlyArray<Scenario> = [honest, unreliable, hostile, majority, partition, miners]

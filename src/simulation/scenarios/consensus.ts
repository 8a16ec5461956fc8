/** The scenario of consensus on scores under hostile stake. */
import { Effect } from "effect"
import { EpochSeason, type Tally } from "../consensus/epochSeason.ts"
import { toDecide, toDecideWithGaps, toWithholdQuorum } from "../consensus/limits.ts"
import { strategies, TURN_EPOCHS } from "../consensus/validators.ts"
import type { Figure, Section } from "../report/Report.ts"
import { count, never, type Scenario } from "./figures.ts"
import type { RunOptions } from "./runs.ts"

/** In basis points of all stake. */
const SHARES: ReadonlyArray<number> = [0, 1_000, 2_000, 3_000, 3_333, 3_400, 3_500, 3_600, 3_800, 4_000, 4_200, 4_500]

/** Less than a third of all stake. */
const isPromised = (bps: number): boolean => bps * 3 < 10_000

const MOST_EPOCHS = 1_000

interface Played {
  readonly bps: number
  readonly tally: Tally
}

const play = (bps: number, { miners, onProgress, rounds, seed, validators }: RunOptions): Effect.Effect<Played> =>
  Effect.gen(function* () {
    const season = new EpochSeason({ seed, hostileBps: bps, honestValidators: validators, miners })
    const epochs = Math.min(rounds, MOST_EPOCHS)
    for (let done = 1; done <= epochs; done++) {
      season.step()
      if (done % 16 === 0) yield* Effect.sleep(0)
    }
    onProgress(`consensus ${bps / 100} %: ${epochs} epochs`)
    return { bps, tally: season.tally }
  })

const mean = (sum: number, of: number): number => (of === 0 ? 0 : Math.round(sum / of))

const figuresOf = ({ bps, tally }: Played): ReadonlyArray<Figure> => {
  const label = `, ${bps / 100} % hostile`
  const promised = (name: string, value: number) => (isPromised(bps) ? never(name, value, label) : count(name, value, label))
  const ppm = (name: string, value: number): Figure => ({ name: `${name}${label}`, value, unit: "ppm" })
  const thousandths = (name: string, value: number, bound: Figure["bound"]): Figure => ({
    name: `${name}${label}`,
    value,
    unit: "thousandths",
    ...(bound === undefined ? {} : { bound })
  })
  return [
    count("epochs", tally.epochs, label),
    promised("medians outside of the honest range", tally.outside),
    promised("epochs with a median outside of the honest range", tally.epochsOutside),
    promised("epochs without a quorum", tally.withoutConsensus),
    promised("epochs with own scores, because weights were held for 14", tally.ownScores),
    never("weights for a UID that changed hands", tally.paidStrangers, label),
    never("epochs in which the chain cut a weight of an honest validator", tally.clipped, label),
    ppm("UIDs by the chain's consensus, of all", mean(tally.fromChain * 1_000_000, tally.fromChain + tally.medians)),
    ppm("how far the chain's consensus is from the truth, mean", mean(tally.distance, tally.epochs)),
    ppm("how far the chain's consensus is from the truth, at most", Math.round(tally.mostDistance)),
    ppm("what the hostile validators' miner got beyond its work, mean", mean(tally.favoured, tally.epochs)),
    count("changes of the leader", tally.leaderChanges, label),
    count("changes of the leader without hysteresis", tally.leaderChangesMeasured, label),
    thousandths("copy score of an honest validator, mean", mean(tally.honestCopy, tally.honestCopies), { atMost: 100 }),
    ...(tally.hostileCopies === 0
      ? []
      : [thousandths("copy score of a copy, mean", mean(tally.hostileCopy, tally.hostileCopies), { atLeast: 900 })]),
    thousandths(
      "rank correlation of an honest validator's scores with the aggregate, mean",
      mean(tally.rankCorrelation, tally.rankCorrelations),
      isPromised(bps) ? { atLeast: 950 } : undefined
    ),
    ppm("range of a median whatever missing stake had voted, mean", mean(tally.rangeWidth, tally.ranges))
  ]
}

const limit = (name: string, value: number, atLeast: number): Figure => ({ name, value, unit: "basis points", bound: { atLeast } })

export const consensus: Scenario = {
  name: "consensus",
  question: "How much hostile stake do the validators' common scores withstand, and where does the promise end?",
  run: (options) =>
    Effect.forEach(options.hostileBps === undefined ? SHARES : [options.hostileBps], (bps) => play(bps, options)).pipe(
      Effect.map((runs): Section => {
        const line = (name: string, of: (tally: Tally) => number) => ({
          name,
          points: runs.map(({ bps, tally }) => [bps / 100, of(tally)] as const)
        })
        return {
          name: consensus.name,
          question: consensus.question,
          figures: [
            limit("least hostile stake that decides a median, when all others measured", toDecide(), 5_000),
            limit(
              "least hostile stake that decides a median, with the gaps in honest reports that suit it best",
              toDecideWithGaps(),
              3_334
            ),
            limit("least hostile stake that withholds the quorum", toWithholdQuorum(), 3_334),
            ...runs.flatMap(figuresOf)
          ],
          plots: [
            {
              title: "Where the promise ends: epochs by hostile stake",
              xLabel: "hostile share of the stake, %",
              yLabel: "%",
              lines: [
                line("epochs with a median outside of the honest range", ({ epochs, epochsOutside }) => (epochsOutside * 100) / epochs),
                line("epochs without a quorum", ({ epochs, withoutConsensus }) => (withoutConsensus * 100) / epochs),
                line("UIDs by the chain's consensus", ({ fromChain, medians }) => (fromChain * 100) / Math.max(1, fromChain + medians)),
                line("distance of the weights from the truth, mean", ({ distance, epochs }) => distance / epochs / 10_000)
              ]
            }
          ],
          notes: [
            `The rules of docs/consensus.md are played: aggregate, normalise, hysteresis, hold, and a port of the chain's consensus of weights. Hostile validators act as one, see every honest report before they write theirs (on the chain they cannot: hashes are fixed first), pay one miner that hardly works, and change their strategy every ${TURN_EPOCHS} epochs (${strategies.map(({ name }) => name).join(", ")}).`,
            "Honest values are off by up to half a percent, one in a hundred is missing, and in a tenth of the epochs GitHub does not answer a random part of the honest validators about half of the miners. One UID in five epochs changes hands, and one in ten epochs does so while reports are collected. Every honest validator reports; where some do not, less hostile stake is enough to withhold the quorum.",
            "The distance is half of the sum of differences between what the chain pays and what miners earned: 0 if all is right, 100 % if nothing is. Without anybody hostile it is what UIDs lose that changed hands, errors, and what weights of 16 bits cannot express."
          ]
        }
      })
    )
}

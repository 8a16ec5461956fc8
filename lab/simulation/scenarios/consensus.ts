/** The scenario of consensus on scores under hostile stake. */
import { Effect } from "effect"
import { EpochSeason, type Tally } from "../consensus/epochSeason.ts"
import { toDecide, toDecideWithGaps, toWithholdQuorum } from "../consensus/limits.ts"
import { strategies, TURN_EPOCHS } from "../consensus/validators.ts"
import { count, type Figure, mustBeZero, type RunOptions, type Scenario, type Section } from "./figures.ts"

/** In basis points of all stake. */
const SHARES: ReadonlyArray<number> = [0, 1_000, 2_000, 3_000, 3_333, 3_400, 3_500, 3_600, 3_800, 4_000, 4_200, 4_500]

/** Whether the stake is below a third, for which the bounds are promised. */
const isPromised = (bps: number): boolean => bps * 3 < 10_000

const MOST_EPOCHS = 200

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

/** A percentage of parts per million, with two decimals. */
const percentOf = (ppm: number): number => Math.round(ppm / 100) / 100

const mean = (sum: number, of: number): number => (of === 0 ? 0 : Math.round(sum / of))

const figuresOf = ({ bps, tally }: Played): ReadonlyArray<Figure> => {
  const label = `, ${bps / 100} % hostile`
  const promised = (name: string, value: number) => (isPromised(bps) ? mustBeZero(name, value, label) : count(name, value, label))
  const ppm = (name: string, value: number): Figure => ({ name: `${name}${label}`, value, unit: "ppm" })
  const percent = (name: string, value: number): Figure => ({ name: `${name}${label}`, value: percentOf(value), unit: "%" })
  const thousandths = (name: string, value: number, bound: Figure["bound"]): Figure => ({
    name: `${name}${label}`,
    value,
    unit: "thousandths",
    ...(bound === undefined ? {} : { bound })
  })
  return [
    count("epochs", tally.epochs, label),
    mustBeZero("medians outside of the honest range, where more honest stake measured than hostile", tally.outside, label),
    count("other medians, which hostile stake decided", tally.decided, label),
    count("epochs in which hostile validators sent no report", tally.withheld, label),
    promised("epochs without a quorum", tally.withoutConsensus),
    promised("epochs with own scores, because weights were held for 14", tally.ownScores),
    mustBeZero("weights for a UID that changed hands", tally.paidStrangers, label),
    mustBeZero("epochs in which the chain cut a weight of an honest validator", tally.clipped, label),
    percent("scores from the settlement before, of all", mean(tally.kept * 1_000_000, tally.kept + tally.medians)),
    percent("weights paid to others than those who earned them, mean", mean(tally.distance, tally.epochs)),
    percent("weights paid to others than those who earned them, at most", tally.mostDistance),
    ppm("what the hostile validators' miner got beyond its work, mean", mean(tally.favoured, tally.epochs)),
    count("changes of the leader", tally.leaderChanges, label),
    thousandths("copy score of an honest validator, mean", mean(tally.honestCopy, tally.honestCopies), { atMost: 100 }),
    ...(tally.hostileCopies === 0
      ? []
      : [thousandths("copy score of a copy, mean", mean(tally.hostileCopy, tally.hostileCopies), { atLeast: 900 })]),
    thousandths(
      "rank correlation of an honest validator's scores with the aggregate, mean",
      mean(tally.rankCorrelation, tally.rankCorrelations),
      isPromised(bps) ? { atLeast: 950 } : undefined
    )
  ]
}

const limit = (name: string, bps: number, atLeastBps: number): Figure => ({
  name,
  value: bps / 100,
  unit: "% of all stake",
  bound: { atLeast: atLeastBps / 100 }
})

export const consensus: Scenario = {
  name: "consensus",
  question: "How much hostile stake do the validators' common scores withstand, and where does the promise end?",
  run: (options) =>
    Effect.forEach(options.hostileBps === undefined ? SHARES : [options.hostileBps], (bps) => play(bps, options)).pipe(
      Effect.map((runs): Section => {
        return {
          name: consensus.name,
          question: consensus.question,
          figures: [
            limit("least hostile stake that decides a median, when all others measured", toDecide(), 5_000),
            limit(
              "least hostile stake that decides a median, with the gaps in honest reports that suit it best",
              toDecideWithGaps(),
              1_667
            ),
            limit("least hostile stake that withholds the quorum", toWithholdQuorum(), 3_334),
            ...runs.flatMap(figuresOf)
          ],
          notes: [
            `The validators' own rules are played (the median by cell, the roster's shares and hold, see [consensus.md](consensus.md)), and a port of the chain's consensus of weights. Hostile validators act as one, see every honest report before they write theirs (on the chain they cannot, because hashes are fixed first), want all weights to go to one miner, and change their strategy every ${TURN_EPOCHS} epochs: ${strategies.map(({ name }) => name).join("; ")}. On the chain they give all weight to that miner throughout.`,
            "Honest values are off by up to half a percent, one in a hundred is missing, and in a tenth of the epochs GitHub does not answer a random part of the honest validators about half of the miners. In every fifth epoch a UID changes hands, in every tenth one does so while reports are collected. Every honest validator reports; where some do not, less hostile stake is enough to withhold the quorum.",
            "Where less than a third of all stake measured a miner, its score is that of the settlement before. Each miner has one cell, in the only repository of the roster.",
            "Weights paid to others than those who earned them are half of the sum of differences between what the chain pays and what miners earned: 0 % if all is right, 100 % if nothing is. Without anybody hostile this is what is paid for UIDs that changed hands or were not measured, honest errors, and what weights of 16 bits cannot express."
          ]
        }
      })
    )
}

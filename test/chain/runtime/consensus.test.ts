/** Weights that follow from reports, in the dev chain's own epoch. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { chainEpoch } from "../../../lab/simulation/consensus/chainConsensus.ts"
import { randomOf } from "../../../lab/simulation/random.ts"
import { toU16 } from "../../../src/domain/toU16.ts"
import { counted as countedOf } from "../../../src/rules/consensus/settlementOf.ts"
import { sharesOf } from "../../../src/rules/contributions/rewards.ts"
import { named } from "../../support/consensus/arbitrary.ts"
import { keyOf } from "../../support/devnet/support.ts"
import { alpha, netuid, stage } from "../../support/runtime/support.ts"
import { minersWith, oneRepository, said } from "../../support/validator/reports.ts"

const tempo = 10

/** The hostile ones hold 30 % of all stake. Their UIDs are 1 to 5. */
const validators = [
  { name: "Hot1", stake: 300, isHostile: false },
  { name: "Hot2", stake: 250, isHostile: false },
  { name: "Hot3", stake: 200, isHostile: true },
  { name: "Hot4", stake: 150, isHostile: false },
  { name: "Hot5", stake: 100, isHostile: true }
] as const

const miners = [6, 7, 8, 9, 10]

const uids = Array.from({ length: 11 }, (_, uid) => uid)

describe("the chain's consensus", () => {
  it.scopedLive("is the one that the simulator computes, and counts weights by lower medians in full", () =>
    Effect.gen(function* () {
      const random = randomOf(1, "consensus on the dev chain")
      const hotkeys = yield* Effect.forEach(miners, (uid) => Effect.map(keyOf(`//Miner${uid}`), ({ address }) => address))
      const { attempt, blocks, read } = yield* stage((address) => ({
        subnet: {
          tempo,
          neurons: [
            ...validators.map(({ name, stake }) => ({ hotkey: address(name), coldkey: address("Cold1"), stake: stake * Number(alpha) })),
            ...hotkeys.map((hotkey) => ({ hotkey, coldkey: address("Cold2"), stake: 0 }))
          ]
        }
      }))
      for (let epoch = 1; epoch <= 6; epoch++) {
        /** Hostile validators report and set arbitrary values, with frequent ties and zeros. */
        const anything = () => new Map(miners.map((uid) => [uid, random.chance(500_000) ? random.below(3) : random.below(1_000_000)]))
        const neurons = miners.map((uid) => ({ uid, hotkey: named(`miner ${uid}`) }))
        const voters = validators.map(({ name, stake }) => ({ hotkey: named(name), stake: BigInt(stake) * alpha }))
        const reports = voters.map(({ hotkey }) => {
          const values = anything()
          return [hotkey, said(minersWith(neurons.map((neuron) => ({ ...neuron, value: values.get(neuron.uid) ?? 0 }))))] as const
        })
        const common = toU16(sharesOf(countedOf(epoch, { voters, neurons }, new Map(reports), undefined), oneRepository))
        assert.isNotEmpty(common.uids, "there is something to set")
        const sent = validators.map(({ isHostile }) => (isHostile ? toU16(anything()) : common))
        for (const [index, { name }] of validators.entries())
          assert.strictEqual(
            yield* attempt(name, "subtensorModule", "setWeights", netuid, sent[index]?.uids, sent[index]?.values, 0),
            "done"
          )
        yield* blocks(tempo - validators.length)
        assert.strictEqual(yield* read("lastEpochBlock", netuid), epoch * tempo)

        const computed = chainEpoch(
          validators.map(({ stake }, index) => ({
            stake: BigInt(stake) * alpha,
            weights: new Map(sent[index]?.uids.map((uid, at) => [uid, sent[index]?.values[at] ?? 0]))
          })),
          uids
        )
        assert.deepStrictEqual(
          yield* read("consensus", netuid),
          uids.map((uid) => computed.consensus.get(uid) ?? 0),
          `epoch ${epoch}`
        )
        // The counted part of a validator's weights, in parts of 65,535. Rounding a weight down loses less than one part.
        const counted = (yield* read("validatorTrust", netuid)) as ReadonlyArray<number>
        for (const [index, { isHostile, name }] of validators.entries()) {
          if (!isHostile) assert.isAtLeast(counted[index + 1] ?? 0, 65_534, `${name} in epoch ${epoch}`)
          assert.strictEqual(computed.isCounted[index], (counted[index + 1] ?? 0) >= 65_534, `${name} in epoch ${epoch}`)
        }
        const sum = common.values.reduce((all, value) => all + value, 0)
        const medians = new Map(common.uids.map((uid, at) => [uid, Math.floor(((common.values[at] ?? 0) * 65_535) / sum)]))
        for (const uid of miners)
          assert.closeTo(
            computed.consensus.get(uid) ?? 0,
            medians.get(uid) ?? 0,
            1,
            `the weights that honest validators set for UID ${uid}`
          )
      }
    })
  )
})

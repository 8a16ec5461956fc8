import { existsSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import * as fc from "fast-check"
import { auditCase } from "../../../src/cli/audit/auditCase.ts"
import { parseCases } from "../../../src/cli/audit/caseFile.ts"
import { aggregate, type ReportedScore, type Voter } from "../../../src/consensus/rules/aggregate.ts"
import { epochs, lessThanAThird, lies, type RandomEpoch } from "../../support/consensus/arbitrary.ts"
import { slowAggregate } from "../../support/consensus/oracle.ts"

const VECTORS = new URL("../../../../shared/vectors/consensus_aggregate.json", import.meta.url)
const OWN = new URL("../../../conformance/consensus.json", import.meta.url)

/** The findings about a file's cases, each of which must state all expected results. */
const findingsIn = (file: URL, atLeast: number): ReadonlyArray<string> => {
  const { cases } = Either.getOrThrowWith(parseCases(readFileSync(file, "utf8")), (reason) => new Error(reason))
  assert.isAtLeast(cases.length, atLeast)
  for (const { want } of cases)
    assert.deepStrictEqual(Object.keys(want ?? {}).sort(), ["aggregate", "quorum", "reportingStake", "totalStake", "weights"])
  return cases.flatMap((one) => (auditCase(one).findings ?? []).map((finding) => `${one.name}: ${finding}`))
}

const voter = (hotkey: string, stake: bigint, scores: ReadonlyArray<ReportedScore> | null): Voter => ({ hotkey, stake, scores })

/** The honest range of a neuron's values; undefined where no honest report measured it. */
const honestRange = ({ voters, neurons }: RandomEpoch, hostile: ReadonlySet<string>) =>
  new Map(
    neurons.map(({ uid, hotkey }) => {
      const values = voters.flatMap(({ hotkey: own, scores }) => {
        if (hostile.has(own) || scores === null) return []
        const found = scores.find((score) => score.uid === uid)
        if (found === undefined) return [0]
        return found.value === null || found.hotkey !== hotkey ? [] : [found.value]
      })
      return [uid, values.length === 0 ? undefined : ([Math.min(...values), Math.max(...values)] as const)] as const
    })
  )

/** An epoch, its hostile validators with less than a third of all stake, and the same epoch with their lies. */
const attacked = (measured: boolean) =>
  epochs({ measured })
    .chain((epoch) => fc.tuple(fc.constant(epoch), fc.nat(20), lies(epoch)))
    .map(([epoch, start, told]) => {
      const hostile = lessThanAThird(epoch, start)
      const voters = epoch.voters.map((one, index) => (hostile.has(one.hotkey) ? { ...one, scores: told[index] ?? null } : one))
      return { epoch, hostile, voters }
    })

describe("aggregate", () => {
  it("agrees with cases worked out by hand", () => {
    assert.deepStrictEqual(findingsIn(OWN, 7), [])
  })

  it.skipIf(!existsSync(VECTORS))("agrees with an independent program (../shared/vectors/consensus_aggregate.json)", () => {
    assert.deepStrictEqual(findingsIn(VECTORS, 40), [])
  })

  it("is what the specification says, word by word", () => {
    fc.assert(
      fc.property(epochs({ measured: false }), ({ voters, neurons }) => {
        assert.deepStrictEqual(aggregate(voters, neurons), slowAggregate(voters, neurons))
      }),
      { numRuns: 2_000 }
    )
  })

  it("does not depend on any order", () => {
    const shuffled = epochs({ measured: false }).chain((epoch) =>
      fc.tuple(
        fc.constant(epoch),
        fc.shuffledSubarray([...epoch.voters], { minLength: epoch.voters.length }),
        fc.shuffledSubarray([...epoch.neurons], { minLength: epoch.neurons.length })
      )
    )
    fc.assert(
      fc.property(shuffled, ([epoch, voters, neurons]) => {
        const reversed = voters.map((one) => ({ ...one, scores: one.scores?.toReversed() ?? null }))
        assert.deepStrictEqual(aggregate(reversed, neurons), aggregate(epoch.voters, epoch.neurons))
      }),
      { numRuns: 300 }
    )
  })

  it("stays within the honest range whatever less than a third of all stake says or withholds, when all others measured everything", () => {
    fc.assert(
      fc.property(attacked(true), ({ epoch, hostile, voters }) => {
        const range = honestRange(epoch, hostile)
        const { quorum, totalStake, values } = aggregate(voters, epoch.neurons)
        assert.strictEqual(quorum, totalStake > 0n)
        for (const { uid, value, source } of values ?? []) {
          const [least, most] = range.get(uid) ?? []
          assert.strictEqual(source, "median")
          assert.isAtLeast(value, least ?? Number.NaN)
          assert.isAtMost(value, most ?? Number.NaN)
        }
      }),
      { numRuns: 1_000 }
    )
  })

  it("with gaps in honest reports too, takes a median from the honest range, or the chain's consensus", () => {
    fc.assert(
      fc.property(attacked(false), ({ epoch, hostile, voters }) => {
        const range = honestRange(epoch, hostile)
        const { values } = aggregate(voters, epoch.neurons)
        for (const { uid, value, source } of values ?? []) {
          const neuron = epoch.neurons.find((one) => one.uid === uid)
          const [least, most] =
            source === "median" ? (range.get(uid) ?? []) : Array(2).fill(Math.floor(((neuron?.consensus ?? 0) * 1_000_000) / 65_535))
          assert.isAtLeast(value, least ?? Number.NaN)
          assert.isAtMost(value, most ?? Number.NaN)
        }
      }),
      { numRuns: 1_000 }
    )
  })

  it("is moved by half of the stake: the promise has an end", () => {
    const neurons = [{ uid: 0, hotkey: "x", consensus: 0 }]
    const says = (value: number) => [{ uid: 0, hotkey: "x", value }]
    const valueWith = (hostile: bigint) =>
      aggregate([voter("honest", 100n - hostile, says(500)), voter("liar", hostile, says(0))], neurons).values?.[0]?.value
    assert.strictEqual(valueWith(49n), 500)
    assert.strictEqual(valueWith(50n), 0)
  })

  it("refuses input that has two answers", () => {
    const neurons = [{ uid: 3, hotkey: "x", consensus: 0 }]
    const score = { uid: 3, hotkey: "x", value: 1 }
    const refused: ReadonlyArray<readonly [string, ReadonlyArray<Voter>, typeof neurons]> = [
      ["the validator a is there twice", [voter("a", 1n, []), voter("a", 1n, null)], neurons],
      ["the stake of a is negative", [voter("a", -1n, [])], neurons],
      ["more than any chain has", [voter("a", 2n ** 80n, [])], neurons],
      ["the report of a names UID 3 twice", [voter("a", 1n, [score, { ...score, hotkey: "y" }])], neurons],
      [
        "the report of a names UID 8 twice",
        [
          voter("a", 1n, [
            { ...score, uid: 8 },
            { ...score, uid: 8 }
          ])
        ],
        neurons
      ],
      ["the report of a names UID 65536", [voter("a", 1n, [{ ...score, uid: 65_536 }])], neurons],
      ["the report of a names UID -1", [voter("a", 1n, [{ ...score, uid: -1 }])], neurons],
      ["the value 1000001", [voter("a", 1n, [{ ...score, value: 1_000_001 }])], neurons],
      ["the value 0.5", [voter("a", 1n, [{ ...score, value: 0.5 }])], neurons],
      ["the value NaN", [voter("a", 1n, [{ ...score, value: Number.NaN }])], neurons],
      ["the value -1", [voter("a", 1n, [{ ...score, value: -1 }])], neurons],
      ["the UID 3 has two neurons", [], [...neurons, ...neurons]]
    ]
    for (const [message, voters, of] of refused) assert.throws(() => aggregate(voters, of), RangeError, message)
  })
})

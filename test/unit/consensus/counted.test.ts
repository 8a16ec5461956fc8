/** Which reports count, by what validators committed to have; and the blocks of an epoch at which they commit. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { countedOf, seenText } from "../../../src/consensus/rules/counted.ts"
import { epochBlocksOf } from "../../../src/consensus/rules/epochBlocks.ts"
import { type CommittedScores, NO_REPORT } from "../../../src/domain/CommitmentSlot.ts"
import type { Electorate } from "../../../src/domain/Electorate.ts"
import { hotkey } from "../../support/rules/world.ts"

const EPOCH = 7
const electorateOf = (stakes: ReadonlyArray<number>): Electorate => ({
  // Miners have the even UIDs.
  voters: stakes.map((stake, index) => ({ hotkey: hotkey(2 * index + 1), stake: BigInt(stake), axon: null })),
  neurons: Array.from({ length: 2 * stakes.length }, (_, uid) => ({ uid, hotkey: hotkey(uid), consensus: 0 }))
})
const indexOf = (electorate: Electorate, one: string) => electorate.voters.findIndex((voter) => voter.hotkey === one)

/** `sees`: for each voter the indexes of those whose reports it has; null: it committed nothing. Reports by their authors' indexes, for each who is asked. */
const counted = (electorate: Electorate, sees: ReadonlyArray<ReadonlyArray<number> | null>, change: Partial<CommittedScores> = {}) => {
  const scores = { epoch: EPOCH, sha256: "a".repeat(64), previous: NO_REPORT }
  const keys = electorate.voters.map((voter) => voter.hotkey)
  const opening = new Map(keys.map((key) => [key, scores]))
  const settling = new Map(
    keys.flatMap((key, index): ReadonlyArray<readonly [(typeof keys)[number], CommittedScores]> => {
      const seen = sees[index]
      if (seen === undefined || seen === null) return []
      return [
        [
          key,
          {
            ...scores,
            seen: seenText(
              electorate,
              seen.flatMap((one) => keys[one] ?? [])
            ),
            ...change
          }
        ]
      ]
    })
  )
  return new Map(
    [...countedOf(electorate, EPOCH, opening, settling)].map(([key, having]) => [
      indexOf(electorate, key),
      having.map((one) => indexOf(electorate, one))
    ])
  )
}

describe("a report", () => {
  const five = electorateOf([30, 20, 19, 16, 15])

  it("counts if more than half of all stake has it, and is to be had from just these", () => {
    assert.deepStrictEqual(counted(five, [[0], [0], [1], null, null]), new Map())
    assert.deepStrictEqual(counted(five, [[0], [0, 4], [1], null, [4]]), new Map())
    assert.deepStrictEqual(counted(five, [[0], null, [0, 1], [0, 1], [1]]), new Map([[0, [0, 2, 3]]]))
    const halves = electorateOf([50, 50])
    assert.deepStrictEqual(counted(halves, [[0], []]), new Map(), "a half is not more than half")
  })

  it("does not count by what was committed for another epoch, nor if nothing was committed when reports were opened", () => {
    const all = [0, 1, 2, 3, 4]
    assert.strictEqual(counted(five, [all, all, all, all, all]).size, 5)
    assert.strictEqual(counted(five, [all, all, all, all, all], { epoch: EPOCH - 1 }).size, 0)
    assert.strictEqual(countedOf(five, EPOCH, new Map(), new Map()).size, 0)
  })

  it("counts for nobody if no honest validator has it, and is had by an honest one if it counts, while liars hold no more than half", () => {
    const world = fc
      .array(fc.tuple(fc.integer({ min: 0, max: 1_000_000 }), fc.boolean(), fc.subarray([0, 1, 2, 3, 4, 5])), {
        minLength: 6,
        maxLength: 6
      })
      .filter((voters) => {
        const stakeOf = (some: typeof voters) => some.reduce((sum, [stake]) => sum + stake, 0)
        return 2 * stakeOf(voters.filter(([, lies]) => lies)) <= stakeOf(voters)
      })
    fc.assert(
      fc.property(world, (voters) => {
        const electorate = electorateOf(voters.map(([stake]) => stake))
        // Liars claim to have every report.
        const found = counted(
          electorate,
          voters.map(([, lies, seen]) => (lies ? [0, 1, 2, 3, 4, 5] : seen))
        )
        for (const having of found.values()) assert.isTrue(having.some((index) => voters[index]?.[1] === false))
        const total = voters.reduce((sum, [stake]) => sum + stake, 0)
        for (const author of voters.keys()) {
          const honest = voters.reduce((sum, [stake, lies, seen]) => sum + (!lies && seen.includes(author) ? stake : 0), 0)
          if (2 * honest > total) assert.isTrue(found.has(author), "liars cannot keep it out")
        }
      })
    )
  })
})

describe("the blocks of an epoch", () => {
  it("are in order, and none is the same as another, at every tempo from 8 on", () => {
    for (const tempo of [8, 30, 48, 120, 360, ...fc.sample(fc.integer({ min: 8, max: 100_000 }), 100)]) {
      const { first, mirrors, opening, seeing, settling } = epochBlocksOf(1_000, tempo)
      const all = [first, mirrors, opening, seeing, settling, first + tempo]
      assert.deepStrictEqual(
        all,
        [...new Set(all)].sort((left, right) => left - right),
        `tempo ${tempo}`
      )
    }
    assert.deepStrictEqual(
      [48, 120, 360].map((tempo) => epochBlocksOf(0, tempo).mirrors),
      [6, 16, 50]
    )
  })
})

/** Which reports count, by what validators committed to have; and the blocks of an epoch at which they commit. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { type CommittedScores, NO_REPORT } from "../../../src/domain/CommitmentSlot.ts"
import type { Electorate } from "../../../src/domain/Electorate.ts"
import { countedOf, seenText } from "../../../src/rules/consensus/counted.ts"
import { epochBlocksOf } from "../../../src/rules/consensus/epochBlocks.ts"
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

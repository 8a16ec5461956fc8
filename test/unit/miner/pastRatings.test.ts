/** Past ratings from validators are shown with the validator's name. */
import { assert, describe, it } from "@effect/vitest"
import { statusLines } from "../../../src/cli/mine/status.ts"
import type { PastRating } from "../../../src/layers/chain/axon/wire/synapses.ts"
import { reportedRatings } from "../../../src/roles/miner/pastRatings.ts"
import { key } from "../../support/axon/support.ts"
import { status } from "../terminal/fixture.ts"

const [one, two, three] = [key(1).address, key(2).address, key(3).address]
const at = (round: number, rating: number): PastRating => ({ block: 100 * round, round, rating, games: round, provisional: true })
const honest = [at(1, 1_500_000), at(2, 1_512_000)]
const told = (...all: ReadonlyArray<readonly [typeof one, ReadonlyArray<PastRating> | null]>) =>
  all.map(([validator, ratings]) => ({ validator, weight: 1n, axon: null, held: null, reason: "silent", ratings }))

describe("past ratings", () => {
  it("are shown with those who said so, and contradictions beside each other", () => {
    const rows = reportedRatings(told([one, honest], [three, [at(2, 2_900_000)]], [two, honest]))
    assert.deepStrictEqual(
      rows.map(({ round, rating, saidBy }) => [round, rating, saidBy]),
      [
        [2, 1_512_000, [one, two]],
        [2, 2_900_000, [three]],
        [1, 1_500_000, [one, two]]
      ]
    )
  })

  it("of one validator that makes up many hide nobody else's", () => {
    const many = Array.from({ length: 16 }, (_, index) => at(index + 10, 2_000_000))
    const rows = reportedRatings(told([one, honest], [three, many]))
    assert.lengthOf(rows, 8)
    assert.isTrue(rows.some(({ saidBy, rating }) => saidBy.includes(one) && rating === 1_512_000))
  })

  it("stand in the status with the number of validators, and their names where they disagree", () => {
    const text = statusLines({ ...status, validators: told([one, honest], [two, [at(2, 1_512_000)]], [three, null]) }).join("\n")
    assert.include(text, "  round 2 from block 200: 1512.0? after 2 matches\n    said by 2 of 2 validators\n")
    assert.include(text, `  round 1 from block 100: 1500.0? after 1 match\n    said by 1 of 2 validators:\n      ${one}`)
    assert.notInclude(statusLines({ ...status, validators: told([three, null]) }).join("\n"), "Past ratings")
  })
})

import { assert, describe, it } from "@effect/vitest"
import { toDomain } from "../../../src/contract-client/competition.ts"
import { History } from "../../../src/layers/chain/contract/History.ts"

const nothing = { issues: [], competitions: [] }
const sizes = ({ issues, competitions }: ReturnType<History["guess"]>) => [issues.length, competitions.length]

describe("the contract's history", () => {
  it("asks for hundreds of ids only until it has read how many there are, even if there are none", () => {
    const history = new History(toDomain)
    assert.deepStrictEqual(sizes(history.guess(10)), [800, 1_600])
    history.learn(nothing, { issueCount: 0, competitionCount: 0 }, 10)
    assert.deepStrictEqual(sizes(history.guess(11)), [32, 64])
    history.learn(nothing, { issueCount: 3, competitionCount: 2 }, 11)
    assert.deepStrictEqual(sizes(history.guess(12)), [35, 66])
  })

  it("finds what its guess lacks", () => {
    const history = new History(toDomain)
    const { issues, competitions } = history.beyond(history.guess(10), { issueCount: 802, competitionCount: 1_601 }, 10)
    assert.deepStrictEqual([issues, competitions], [[801, 802], [1_601]])
  })
})

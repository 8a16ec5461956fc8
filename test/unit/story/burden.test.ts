/** The burden of a repository's maintainers in words. */
import { assert, describe, it } from "@effect/vitest"
import { type BornePullRequest, burdenOf } from "../../../src/domain/burden.ts"
import { burdenLacks, burdenLines } from "../../../src/story/burden.ts"

const pull = (own: Partial<BornePullRequest>): BornePullRequest => ({
  author: 7,
  by: "stranger",
  state: "CLOSED",
  createdAt: 0,
  closedBy: "maintainer",
  answeredAt: 7_200_000,
  ...own
})
const miners = { accounts: new Set([7]), unknown: 2 }
const words = (pulls: ReadonlyArray<BornePullRequest>) =>
  new Map(burdenLines(burdenOf({ pulls, since: 0, isWhole: true, hidden: 0 }, miners)).map(({ name, miners }) => [name, miners]))

describe("the burden in words", () => {
  it("says shares, times and what one merged pull request took", () => {
    const merged = [pull({ state: "MERGED", closedBy: null }), pull({ state: "MERGED", closedBy: null })]
    const said = words([...merged, pull({}), pull({ state: "OPEN", closedBy: null, answeredAt: null }), pull({ closedBy: "unknown" })])
    assert.strictEqual(said.get("closed by maintainers"), "1 (25% of those decided), 1 more unknown")
    assert.strictEqual(said.get("median time to the first answer"), "2 h (of 4 answered)")
    assert.strictEqual(said.get("opened for each merged"), "2.5")
    assert.strictEqual(said.get("never answered"), "1")
  })

  it("says what is unknown, and no figure of nothing", () => {
    const said = words([pull({ state: "OPEN", closedBy: null, answeredAt: "unknown" })])
    assert.strictEqual(said.get("closed by maintainers"), "0")
    assert.strictEqual(said.get("never answered"), "0, 1 more unknown")
    assert.strictEqual(said.get("median time to the first answer"), "none known")
    assert.strictEqual(said.get("opened for each merged"), "none merged")
    assert.deepStrictEqual(burdenLacks({ isWhole: true, unknownAuthors: 0, unknownMiners: 0 }), [])
    assert.strictEqual(burdenLacks({ isWhole: false, unknownAuthors: 1, unknownMiners: 2 }).length, 3)
  })
})

/** The maintainers' burden in figures. */
import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { type BornePullRequest, burdenOf, isMostlyClosed } from "../../../src/domain/burden.ts"

const MINER = 7

const pull = (own: Partial<BornePullRequest>): BornePullRequest => ({
  author: MINER,
  by: "stranger",
  state: "OPEN",
  createdAt: 10_000,
  closedBy: null,
  answeredAt: null,
  ...own
})

const list = (pulls: ReadonlyArray<BornePullRequest>) => ({ pulls, since: 0, isWhole: true, hidden: 0 })
const miners = { accounts: new Set([MINER]), unknown: 0 }
const figures = (...pulls: ReadonlyArray<BornePullRequest>) => burdenOf(list(pulls), miners).miners

const anyPull: fc.Arbitrary<BornePullRequest> = fc
  .record({
    author: fc.constantFrom(MINER, 8, 9, null),
    by: fc.constantFrom("stranger" as const, "own" as const, "bot" as const),
    createdAt: fc.integer({ min: 0, max: 1_000_000 }),
    end: fc.constantFrom<Pick<BornePullRequest, "state" | "closedBy">>(
      { state: "OPEN", closedBy: null },
      { state: "MERGED", closedBy: null },
      { state: "CLOSED", closedBy: "author" },
      { state: "CLOSED", closedBy: "maintainer" },
      { state: "CLOSED", closedBy: "bot" },
      { state: "CLOSED", closedBy: "unknown" }
    ),
    answeredAt: fc.oneof(fc.constantFrom("unknown" as const, null), fc.integer({ min: 0, max: 2_000_000 }))
  })
  .map(({ end, ...rest }) => ({ ...rest, ...end }))

describe("the burden of pull requests", () => {
  it("is counted for miners and for everybody else, without bots and the project's own people", () => {
    const pulls = [pull({}), pull({ author: 8 }), pull({ author: 8, by: "own" }), pull({ by: "own" }), pull({ author: null, by: "bot" })]
    const { miners: theirs, others, unknownAuthors } = burdenOf({ ...list([...pulls, pull({ author: null })]), hidden: 2 }, miners)
    assert.deepStrictEqual([theirs.opened, others.opened, unknownAuthors], [1, 1, 3])
  })

  it("holds no maintainer's closing against whoever closed it himself", () => {
    const closed = (closedBy: BornePullRequest["closedBy"]) => pull({ state: "CLOSED", closedBy })
    const found = figures(closed("author"), closed("maintainer"), closed("bot"), closed("unknown"), pull({ state: "MERGED" }))
    assert.deepInclude(found, { opened: 5, merged: 1, closed: 4, closedByMaintainers: 1, closedByUnknown: 1, closedShareMilli: 200 })
    assert.strictEqual(found.openedPerMergedMilli, 5_000)
  })

  it("has the lower median of the times of those that were answered, and says how many were not", () => {
    const answered = [9_000, 12_000, 14_000, 99_999].map((answeredAt) => pull({ answeredAt, state: "MERGED" }))
    const found = figures(...answered, pull({}), pull({ state: "CLOSED", closedBy: "author" }), pull({ answeredAt: "unknown" }))
    assert.deepInclude(found, { answered: 4, medianAnswerSeconds: 2, unanswered: 2, waiting: 1, answerUnknown: 1 })
  })

  it("makes no figure of nothing", () => {
    assert.deepInclude(figures(pull({})), { closedShareMilli: null, medianAnswerSeconds: null, openedPerMergedMilli: null })
  })

  it("is too much where maintainers closed more than half of enough", () => {
    const of = (closed: number, merged: number) =>
      figures(
        ...Array.from({ length: closed }, () => pull({ state: "CLOSED", closedBy: "maintainer" })),
        ...Array.from({ length: merged }, () => pull({ state: "MERGED" }))
      )
    assert.isTrue(isMostlyClosed(of(6, 4), 10))
    assert.isFalse(isMostlyClosed(of(5, 5), 10))
    assert.isFalse(isMostlyClosed(of(9, 0), 10))
  })

  it("counts each pull request once, in integers", () => {
    fc.assert(
      fc.property(fc.array(anyPull, { maxLength: 40 }), (pulls) => {
        const { miners: theirs, others, unknownAuthors } = burdenOf(list(pulls), miners)
        assert.strictEqual(theirs.opened + others.opened + unknownAuthors, pulls.filter(({ by }) => by === "stranger").length)
        for (const row of [theirs, others]) {
          assert.isAtMost(row.merged + row.closed, row.opened)
          assert.isAtMost(row.closedByMaintainers + row.closedByUnknown, row.closed)
          assert.strictEqual(row.answered + row.unanswered + row.answerUnknown, row.opened)
          assert.isAtMost(row.waiting, row.unanswered)
          for (const figure of Object.values(row)) assert.isTrue(figure === null || (Number.isSafeInteger(figure) && figure >= 0))
        }
      })
    )
  })
})

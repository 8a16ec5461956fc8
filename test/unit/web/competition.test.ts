/** Values that the competition page derives from the API's answer: ballots, phases, steps, and the treasury's bands. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { ballotsOf } from "../../../src/story/ballots.ts"
import { phaseOf } from "../../../src/story/phase.ts"
import type { Treasury, Vote } from "../../../web/src/api/types.ts"
import { largestOf } from "../../../web/src/format/amount.ts"
import { sankeyOf } from "../../../web/src/format/sankey.ts"

const sides = { a: { hotkey: "5A" }, b: { hotkey: "5B" } }
const byA = { _tag: "Solved", hotkey: "5A", pullRequest: 1 }
const byB = { _tag: "Solved", hotkey: "5B", pullRequest: 2 }

const at = (block: number) => ({ block, time: null })

const vote = (block: number, validator: string, choice: unknown, weight: bigint, end: Partial<Vote> = {}): Vote => ({
  at: at(block),
  event: 0,
  call: null,
  kind: "outcome",
  issue: 1,
  round: null,
  competition: 1,
  validator,
  choice,
  named: [],
  since: at(block),
  weight: weight.toString(),
  totalWeight: "100",
  endedAt: null,
  endedBy: null,
  inPassingTally: null,
  ...end
})

describe("ballots", () => {
  it("show what each validator's vote weighs", () => {
    const [ballot, ...rest] = ballotsOf([vote(1, "v1", byA, 30n), vote(2, "v2", byB, 15n), vote(3, "v3", byA, 20n)], "outcome", sides)
    assert.deepStrictEqual(rest, [])
    assert.deepStrictEqual(
      ballot?.tallies.map(({ side, weight, share, portions }) => [side, weight, share, portions.map((portion) => portion.weight)]),
      [
        ["a", 50n, 0.5, [30n, 20n]],
        ["b", 15n, 0.15, [15n]]
      ]
    )
  })

  it("no longer count a vote that its validator replaced or withdrew", () => {
    const votes = [
      vote(1, "v1", byA, 30n, { endedBy: "replaced", endedAt: at(3) }),
      vote(2, "v2", byA, 40n),
      vote(3, "v1", byB, 30n),
      vote(4, "v3", byB, 15n, { endedBy: "withdrawn", endedAt: at(5) })
    ]
    const [ballot] = ballotsOf(votes, "outcome", sides)
    assert.deepStrictEqual(
      ballot?.tallies.map(({ side, weight }) => [side, weight]),
      [
        ["a", 40n],
        ["b", 30n]
      ]
    )
  })

  it("start again when the issue is open again", () => {
    const passed = { endedBy: "passed", endedAt: at(9), inPassingTally: true } as const
    const unsolved = { _tag: "Unsolved", slashA: true, slashB: true }
    const ballots = ballotsOf(
      [vote(8, "v1", unsolved, 30n, passed), vote(9, "v2", unsolved, 30n, passed), vote(20, "v1", byA, 30n)],
      "outcome",
      sides
    )
    assert.deepStrictEqual(
      ballots.map(({ state, tallies }) => [state, tallies.map(({ side, weight }) => [side, weight])]),
      [
        ["passed", [["neither", 60n]]],
        ["open", [["a", 30n]]]
      ]
    )
  })

  it("ignore the other kind of ballot", () => {
    assert.deepStrictEqual(ballotsOf([vote(1, "v1", byA, 30n)], "pair", sides), [])
  })
})

describe("a match's phase", () => {
  const running = { status: "Running", submissionsFrom: at(100), deadline: at(200), expiresFrom: at(230), paid: null } as const
  const { submissionsFrom, deadline, expiresFrom } = running
  it("follows its dates while it runs", () => {
    const phases = [
      submissionsFrom.block - 1,
      submissionsFrom.block,
      deadline.block,
      deadline.block + 1,
      expiresFrom.block - 1,
      expiresFrom.block
    ].map((block) => phaseOf(running, block))
    assert.deepStrictEqual(phases, ["window", "submissions", "submissions", "verdict", "verdict", "overdue"])
  })

  it("says how it ended", () => {
    const ends = [
      { status: "Won" },
      { status: "Won", paid: {} },
      { status: "Expired" },
      { status: "Unsolved" },
      { status: "Void" }
    ] as const
    assert.deepStrictEqual(
      ends.map((end) => phaseOf({ ...running, ...end }, undefined)),
      ["won", "paid", "expired", "unsolved", "void"]
    )
  })
})

const streams: Treasury["streams"] = [
  { kind: "harvested", source: "emission", destination: "free", amount: "1000", flows: 40 },
  { kind: "slashed", source: "collateral", destination: "free", amount: "15", flows: 3 },
  { kind: "funded", source: "free", destination: "issue", amount: "620", flows: 18 },
  { kind: "paid", source: "issue", destination: "account", amount: "400", flows: 4 },
  { kind: "freed", source: "issue", destination: "free", amount: "60", flows: 1 },
  { kind: "recycled", source: "free", destination: "recycled", amount: "360", flows: 10 }
]

describe("the treasury's bands", () => {
  it("flow from one place to another", () => {
    const { bands, nodes } = sankeyOf(streams)
    // Money freed by a cancelled issue flows back, which is not drawn.
    assert.strictEqual(bands.length, streams.filter(({ kind }) => kind !== "freed").length)
    for (const { stream, from, to, height } of bands)
      for (const [name, end] of [
        [stream.source, from],
        [stream.destination, to]
      ] as const) {
        const node = nodes.find((one) => one.name === name)
        assert.isDefined(node)
        assert.isAtLeast(end.top, (node?.top ?? 0) - 1e-9)
        assert.isAtMost(end.top + height, (node?.top ?? 0) + (node?.height ?? 0) + 1e-6)
      }
  })

  it("stay inside the picture, whatever the amounts", () => {
    const amount = fc.bigInt({ min: 0n, max: 2n ** 64n }).map(String)
    fc.assert(
      fc.property(fc.tuple(amount, amount, amount, amount, amount), (amounts) => {
        const { nodes } = sankeyOf(streams.map((stream, index) => ({ ...stream, amount: amounts[index] ?? "0" })))
        for (const { top, height } of nodes) {
          assert.isAtLeast(top, 0)
          assert.isAtMost(top + height, 1.05)
        }
      })
    )
  })
})

describe("the largest amount", () => {
  it("is the largest one", () => {
    assert.strictEqual(largestOf([]), 0n)
    assert.strictEqual(largestOf([3n, 2n ** 70n, 2n ** 70n - 1n]), 2n ** 70n)
  })
})

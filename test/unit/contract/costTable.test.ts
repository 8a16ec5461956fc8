/** The complaints of the contract's benchmark. */
import { assert, describe, it } from "@effect/vitest"
import { complaints, fees, type Measured, report } from "../../../bench/contract/table.ts"

const MILLISECOND = 1_000_000_000n

const row = (message: string, issues: number, refTime: bigint, proofSize = 100_000n): Measured => ({
  message,
  validators: 1,
  issues,
  cost: { refTime, proofSize, deposit: 0n }
})

describe("complaints about costs", () => {
  it("name a message whose time or proof grows by more than 5% with the number of issues", () => {
    assert.deepStrictEqual(complaints([row("harvest", 10, 100n * MILLISECOND), row("harvest", 10_000, 104n * MILLISECOND)], 65_536), [])
    const slower = complaints([row("harvest", 10, 100n * MILLISECOND), row("harvest", 10_000, 106n * MILLISECOND)], 65_536)
    assert.deepStrictEqual(slower, ["harvest costs 1.06 times as much at 10000 issues as at 10 (whitelist of 1)"])
    assert.lengthOf(complaints([row("harvest", 10, MILLISECOND, 100n), row("harvest", 1_000, MILLISECOND, 200n)], 1), 1)
  })

  it("ignore views, whose lists may grow", () => {
    assert.deepStrictEqual(complaints([row("issues, 100", 10, MILLISECOND), row("issues, 100", 10_000, 9n * MILLISECOND)], 1), [])
  })

  it("name a message that needs more than half of the limit, and code beyond 96 KiB", () => {
    assert.deepStrictEqual(complaints([row("vote_pair, the first", 10, 751n * MILLISECOND)], 98_305), [
      "vote_pair, the first needs 751.00 ms (whitelist of 1)",
      "the code has 98305 bytes: 96 KiB are the limit"
    ])
  })
})

describe("the table of costs", () => {
  it("has messages in the contract's order and marks what could not be measured", () => {
    const limits = { transaction: 2_600n * MILLISECOND, block: 3_000n * MILLISECOND }
    const text = report(
      [row("version", 10, MILLISECOND), row("harvest", 10, 26n * MILLISECOND), row("version", 20, MILLISECOND)],
      64_000,
      limits
    )
    assert.isBelow(text.indexOf("| harvest |"), text.indexOf("| version |"))
    assert.include(text, "| harvest | 26.00 | – | 100.0 | – | 1.00% |  |")
    assert.include(text, "26.00 ms at most (harvest)")
    assert.include(text, "64,000 bytes")
  })

  it("says what messages cost a validator in a day and a month, at today's issues and ten times as many", () => {
    const measured = [
      { ...row("attest_enrolled, the last of all", 10, 2n * MILLISECOND), validators: 64 },
      { ...row("harvest, fills 1 and recycles the rest", 10, 4n * MILLISECOND), validators: 64 }
    ]
    const lines = fees(measured, 64).split("\n")
    assert.include(lines[2], "| 1,450,000 | 0.0159 | 0.4785 | 0.1595 | 4.7850 |")
    // Each of 64 harvests once in 64 rounds.
    assert.include(lines[3], "| 2,450,000 | 0.0009 | 0.0276 | 0.0009 | 0.0276 |")
    assert.include(lines[4], "| 0.0169 | 0.5061 | 0.1604 | 4.8126 |")
  })
})

/** The terms that a miner agrees to by enrolling: the contract's settings, in words. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { type Enrolling, FIRST_RULE, termsOf } from "../../../src/story/enrolling.ts"

const ENROLLING: Enrolling = {
  bounty: 200_000_000_000n,
  coldkey: "5Cold",
  counts: 7_200,
  netuid: 74,
  pace: { block: 0, time: 0, milliseconds: 12_000, blocks: 7_200 },
  config: {
    submissionWindow: 14_400,
    competitionLength: 100_800,
    outcomeGrace: 50_400,
    challengePeriod: 7_200,
    day: 7_200,
    ownerDelay: 7_200,
    collateralBps: 1_000,
    slashBps: 5_000,
    treasuryHotkey: "5Treasury"
  }
}

describe("the terms of an enrolment", () => {
  it("begin with the rule that the miner's guide has too", () => {
    assert.include(termsOf(ENROLLING)[0], FIRST_RULE)
    assert.include(readFileSync(new URL("../../../docs/miner.md", import.meta.url), "utf8"), FIRST_RULE)
  })

  it("tell the dates, what is at stake, and what is paid to whom and in what", () => {
    const terms = termsOf(ENROLLING).join("\n")
    for (const part of [
      "counts for 7,200 blocks (≈ 1 d)",
      "14,400 blocks (≈ 2 d) after its start",
      "100,800 blocks (≈ 14 d)",
      "must stand for 10,800 blocks (≈ 1 d 12 h)",
      "20 α of collateral",
      "You lose 10 α of it (50%) if you lose the match",
      "200 α to the coldkey 5Cold",
      "behind the treasury's hotkey 5Treasury",
      "btcli stake remove --netuid 74"
    ])
      assert.include(terms, part)
  })

  it("name no collateral where the contract asks for none", () => {
    const terms = termsOf({ ...ENROLLING, config: { ...ENROLLING.config, collateralBps: 0 } }).join("\n")
    assert.include(terms, "A match locks no collateral at present")
    assert.notInclude(terms, "You lose")
  })
})

/** The next step that a miner is told to take. */
import { assert, describe, it } from "@effect/vitest"
import { nextSteps } from "../../../src/roles/miner/nextSteps.ts"
import { DUST } from "../../support/figures.ts"
import { status } from "../terminal/fixture.ts"

describe("the next steps of a miner", () => {
  const { wanted } = status.collateral
  const withFree = (free: bigint) => nextSteps({ ...status, collateral: { wanted, free } }).join("\n")

  it("ask for no more collateral where the chain's rounding took some of a deposit of exactly what is asked", () => {
    assert.notInclude(withFree(wanted - DUST), "collateral")
    assert.include(withFree(wanted - DUST - 1n), "matches require up to 10 alpha of collateral, but you have 9.999999994 free")
  })
})

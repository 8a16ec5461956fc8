/** What tests allow to be asked of GitHub. A failure says what costs too much. */
import { assert } from "vitest"

type Unit = "requests" | "points"

const told = (what: string, spent: number, allowed: number, unit: Unit) => `${what} now costs ${spent} ${unit} of ${allowed} allowed`

/** Fails unless exactly this is spent: less would mean that not all is asked, or not all is counted. */
export const assertCost = (what: string, spent: number, allowed: number, unit: Unit = "requests"): void =>
  assert.strictEqual(spent, allowed, told(what, spent, allowed, unit))

/** Fails if more is spent. */
export const assertCostAtMost = (what: string, spent: number, allowed: number, unit: Unit = "requests"): void =>
  assert.isAtMost(spent, allowed, told(what, spent, allowed, unit))

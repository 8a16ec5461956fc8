/** Request budgets of GitHub in tests. A failure names the operation that exceeds its budget. */
import { assert } from "vitest"

type Unit = "requests" | "points"

const told = (what: string, spent: number, allowed: number, unit: Unit) => `${what} now costs ${spent} ${unit} of ${allowed} allowed`

/** Fails unless exactly this much is spent: less would mean that something is not requested, or not counted. */
export const assertCost = (what: string, spent: number, allowed: number, unit: Unit = "requests"): void =>
  assert.strictEqual(spent, allowed, told(what, spent, allowed, unit))

/** Fails if more is spent. */
export const assertCostAtMost = (what: string, spent: number, allowed: number, unit: Unit = "requests"): void =>
  assert.isAtMost(spent, allowed, told(what, spent, allowed, unit))

/** How a registered issue without competitors ends. */
import { assert, describe, it } from "@effect/vitest"
import { judgeWithoutMatch } from "../../../src/rules/verdicts/withoutMatch.ts"
import { STANDS_FOR } from "../../support/figures.ts"
import { short } from "../../support/rules/githubRecord.ts"
import { withoutMatchRows } from "./withoutMatchRows.ts"

describe("an issue without a match", () => {
  for (const [what, evidence, verdict, hadMatches = false] of withoutMatchRows)
    it(`${what} → ${verdict}`, () => {
      const watched = (blocks: number, notCounted: string | null = null) => ({ blocks, needed: STANDS_FOR, notCounted })
      const judged = (blocks: number, notCounted?: string) =>
        short(judgeWithoutMatch(evidence, { hadMatches, watched: watched(blocks, notCounted ?? null) }))
      assert.strictEqual(judged(STANDS_FOR), verdict)
      const waits = verdict.startsWith("Cancelled") ? "NoVote: CanBeUndone" : verdict
      assert.strictEqual(judged(STANDS_FOR - 1), waits, "until it has stood at every look for three days")
      assert.strictEqual(judged(STANDS_FOR, "GitHub is ill"), waits)
      assert.strictEqual(short(judgeWithoutMatch(evidence, { hadMatches })), waits)
    })
})

/** Whether a competitor's pull request counts, in words. */
import { assert, describe, it } from "@effect/vitest"
import { countsText, waitsText } from "../../../src/story/ownPulls.ts"

describe("a competitor's pull request", () => {
  it("of an earlier match counts, unless it was opened too early there", () => {
    assert.strictEqual(countsText({ competition: 5, early: false }, 7), "left over from match 5: it counts here too")
    assert.strictEqual(countsText({ competition: 7, early: false }, 7), "opened in time")
    for (const competition of [5, 7, null])
      assert.strictEqual(countsText({ competition, early: true }, 7), "opened too early: it does not count")
    assert.isNull(countsText({ competition: 5, early: null }, 7))
  })

  it("waits for a maintainer while it is open and no draft, unless changes are requested", () => {
    assert.match(waitsText({ state: "open", draft: false, review: "required" }) ?? "", /^waits for a maintainer/)
    for (const pull of [
      { state: "open", draft: true },
      { state: "open", draft: null },
      { state: "open", draft: false, review: "changesRequested" },
      { state: "merged", draft: false }
    ] as const)
      assert.isNull(waitsText(pull))
  })
})

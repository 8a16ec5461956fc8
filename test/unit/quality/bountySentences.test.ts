/** The sentences that name bounties, as they stand and without a judgement. */
import { assert, describe, it } from "@effect/vitest"
import { bountySentences } from "../../../src/rules/quality/policy/bounties.ts"

describe("sentences about bounties", () => {
  it("are shown as they stand, outside of code, and a few of them at most", () => {
    const texts = [
      { path: "README.md", text: "# Widgets\n\nOil. We like **bounties**! See below.\n\n```sh\nbounty pay\n```\n" },
      { path: "CONTRIBUTING.md", text: "We do not accept\nbounties.\n- No Gittensor, please\n" }
    ]
    assert.deepStrictEqual(bountySentences(texts), [
      { path: "README.md", text: "We like bounties!" },
      { path: "CONTRIBUTING.md", text: "We do not accept bounties." },
      { path: "CONTRIBUTING.md", text: "No Gittensor, please" }
    ])
    assert.lengthOf(bountySentences([{ path: "README.md", text: "A bounty.\n\n".repeat(99) }]), 5)
  })
})

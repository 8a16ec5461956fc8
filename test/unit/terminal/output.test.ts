/** The commands' output for programs. */
import { assert, describe, it } from "@effect/vitest"
import { toJson } from "../../../src/layers/machine/terminal/output.ts"

describe("JSON for programs", () => {
  it("has amounts as decimal strings, and the tags of tagged values as `type`, however deep", () => {
    const value = { bounty: 12_500_000_000n, changes: [{ _tag: "Config", value: [{ _tag: "RecycleAfter", value: 50_400 }] }] }
    assert.strictEqual(
      toJson(value),
      '{"bounty":"12500000000","changes":[{"type":"Config","value":[{"type":"RecycleAfter","value":50400}]}]}'
    )
  })
})

/** Where a program may enrol by itself, and where a person has to decide. */
import { assert, describe, it } from "@effect/vitest"
import { aiAnswerOf, whyPersonDecides } from "../../../src/roles/miner/rules/aiPolicy.ts"

const policy = (rule: "none" | "disclosed" | "any" | "unread") => ({
  read: [".gittensor.yml"],
  ai: { rule, path: ".gittensor.yml", quote: `ai: ${rule}` },
  issue: null
})

describe("an enrolment by a program", () => {
  it("is possible where the maintainers allow AI, ask to disclose it, or have no rule", () => {
    for (const [given, answer] of [
      [policy("any"), "any"],
      [policy("disclosed"), "disclosed"],
      [{ read: [], ai: null, issue: null }, "unsaid"]
    ] as const) {
      assert.strictEqual(aiAnswerOf(given), answer)
      assert.isNull(whyPersonDecides("acme/widgets", answer))
    }
  })

  it("needs a person where they refuse AI, and where their answer is not known", () => {
    assert.strictEqual(aiAnswerOf(policy("none")), "none")
    assert.strictEqual(whyPersonDecides("acme/widgets", "none"), "acme/widgets refuses pull requests made with AI")
    assert.strictEqual(aiAnswerOf(policy("unread")), "unread")
    assert.strictEqual(whyPersonDecides("acme/widgets", "unread"), "acme/widgets has a policy about AI that only a person can read")
    assert.strictEqual(aiAnswerOf(null), "unknown")
    assert.strictEqual(
      whyPersonDecides("acme/widgets", "unknown"),
      "it is not known whether acme/widgets refuses pull requests made with AI (GitHub did not answer, or GITTENSOR_GITHUB_TOKEN is missing)"
    )
  })
})

/** A miner's own rules for choosing issues. */
import { assert, describe, it } from "@effect/vitest"
import type { AiRule } from "../../../src/domain/quality/RepositoryPolicy.ts"
import { decide, decideForProgram, type WatchedIssue, type WatchRules } from "../../../src/roles/miner/rules/watchRules.ts"

const ALPHA = 1_000_000_000n
const everything: WatchRules = { languages: null, repositories: null, minBounty: 0n }
const issue: WatchedIssue = { repository: "acme/widgets", bounty: 100n * ALPHA, status: "Open", language: "TypeScript" }

describe("a miner's rules", () => {
  it("enrol for what all of them fit, and say why", () => {
    assert.deepStrictEqual(decide({ languages: ["typescript", "Go"], repositories: ["ACME/widgets"], minBounty: 100n * ALPHA }, issue), {
      enrols: true,
      because: ["it is open", "its bounty of 100 alpha is at least 100", "acme/widgets is named", "TypeScript is named"]
    })
    assert.isTrue(decide(everything, { ...issue, status: "Funding", language: null }).enrols)
  })

  it("leave out what one of them does not fit, and say which", () => {
    const against = (rules: Partial<WatchRules>, changes: Partial<WatchedIssue> = {}) => {
      const { because, enrols } = decide({ ...everything, ...rules }, { ...issue, ...changes })
      assert.isFalse(enrols)
      return because
    }
    assert.deepStrictEqual(against({ minBounty: 100n * ALPHA + 1n }), ["its bounty of 100 alpha is less than 100.000000001"])
    assert.deepStrictEqual(against({ repositories: [] }), ["acme/widgets is not named"])
    assert.deepStrictEqual(against({ languages: ["Go"] }), ["TypeScript is not named"])
    assert.deepStrictEqual(against({ languages: ["Go"] }, { language: null }), ["its language is not known"])
    assert.deepStrictEqual(against({}, { status: "Competing" }), ["it is competing"])
  })

  it("enrol no program where its work is refused, nor where that is not known", () => {
    const policy = (rule: AiRule) => ({
      read: [".gittensor.yml"],
      ai: { rule, path: ".gittensor.yml", quote: `ai: ${rule}` },
      issue: null
    })
    const yes = decide(everything, issue)
    const no = decide({ ...everything, repositories: [] }, issue)
    for (const allowed of [policy("any"), policy("disclosed"), { read: [], ai: null, issue: null }])
      assert.deepStrictEqual(decideForProgram(yes, allowed), yes)
    assert.deepStrictEqual(decideForProgram(yes, policy("none")), {
      enrols: false,
      because: ["pull requests made with AI are refused there; --human if you write them yourself"]
    })
    assert.deepStrictEqual(decideForProgram(yes, policy("unread")).because, [
      "it has a policy about AI that only a person can read (.gittensor.yml); --human if you write them yourself"
    ])
    assert.deepStrictEqual(decideForProgram(yes, null).because, [
      "it is not known now whether pull requests made with AI are refused there; --human if you write them yourself"
    ])
    assert.deepStrictEqual(decideForProgram(no, policy("none")), no)
  })
})

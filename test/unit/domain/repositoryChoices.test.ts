/** The maintainers' choices in `.gittensor.yml`, and hostile contents of it. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "effect/FastCheck"
import { choicesFile, NO_CHOICES, readChoices } from "../../../src/domain/repositoryChoices.ts"

const refused = (text: string | null, why: RegExp) => {
  const { bounties, problem } = readChoices(text)
  assert.isFalse(bounties, text ?? "")
  assert.match(problem ?? "", why)
}

describe("a repository's choices", () => {
  it("are what its file says, or the usual ones", () => {
    for (const text of ["", "# nothing yet\n", "{}"]) assert.deepStrictEqual(readChoices(text), NO_CHOICES, text)
    assert.deepStrictEqual(readChoices("later: 1\n"), { ...NO_CHOICES, unknown: ["later"] })
    assert.deepStrictEqual(readChoices("bounties: false\n"), { ...NO_CHOICES, bounties: false })
    assert.deepStrictEqual(readChoices("comments: true\n"), { ...NO_CHOICES, comments: true })
    assert.deepStrictEqual(readChoices("bounties: true\nrepository: acme/widgets\nai: disclosed\n"), {
      ...NO_CHOICES,
      bounties: true,
      repository: "acme/widgets",
      ai: "disclosed"
    })
    assert.deepStrictEqual(readChoices("labels:\n  - paid\n  - 💎 Bounty\ntest: npm test\n"), {
      ...NO_CHOICES,
      labels: ["paid", "💎 Bounty"],
      test: "npm test"
    })
  })

  it("are a no where the file cannot be read", () => {
    refused(null, /no text/)
    refused("bounties: [", /not YAML/)
    refused("just words", /object/)
    refused("test: ''", /test/)
    refused(`labels: [${Array.from({ length: choicesFile.limits.items + 1 }, (_, n) => `l${n}`).join(",")}]`, /labels/)
    refused(`# ${"x".repeat(choicesFile.limits.bytes)}`, /more than 8192 bytes/)
    refused("a: &a [1]\nb: *a\n", /aliases/)
    refused("[".repeat(8_000), /not YAML/)
    // The parser would take minutes.
    for (const unit of ["? ", "?\n", "- ? ", "{? ", "a: ? "]) refused(unit.repeat(1_600), /before a space/)
  })

  it("are a no where another key or value is about bounties", () => {
    for (const line of [
      "bounties: maybe",
      "bounties: no",
      "bounties: 0",
      "Bounties: false",
      "bounty: false",
      "BOUNTIES: true",
      "gittensor: false",
      "Gittensor: never",
      "no-bounties: true",
      "ｂounties: false",
      "git_tensor: false"
    ]) {
      const { bounties, problem, refusal } = readChoices(`ai: none\n${line}\n`)
      assert.deepStrictEqual([bounties, problem, refusal], [false, null, line])
      assert.isFalse(readChoices(`bounties: true\n${line.replace(/^bounties/, "Bounties")}\n`).bounties)
    }
    for (const [text, refusal] of [
      ["bounties:\n", "bounties: null"],
      ["bounties: !!str true\n", "bounties: true"],
      ["bounties: ~\n", "bounties: null"],
      ["bounties: [false]\n", "bounties: [false]"],
      ["bounties: {enabled: false}\n", 'bounties: {"enabled":false}'],
      ["programs:\n  - name: x\n    bounties: false\n", 'programs: [{"name":"x","bounties":false}]'],
      ["\ufeffBounties : off\r\n", "Bounties: off"],
      ["%YAML 1.1\n---\nbounties: no\n...\n", "bounties: no"]
    ] as const)
      assert.strictEqual(readChoices(text).refusal, refusal, text)
    for (const text of [
      "bounties:false",
      "- bounties: false",
      "bounties: true\nbounties: false",
      "a: 1\n---\nbounties: true",
      "\tbounties: false"
    ])
      refused(text, /./)
  })

  it("are read from any text without a failure", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const { bounties, problem } = readChoices(text)
        assert.isTrue(problem === null || bounties === false)
      })
    )
  })
})

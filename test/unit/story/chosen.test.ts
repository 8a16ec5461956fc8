/** What a repository's page shows of its people's files. */
import { assert, describe, it } from "@effect/vitest"
import { consentFileOf } from "../../../src/domain/consent.ts"
import { readChoices } from "../../../src/domain/repositoryChoices.ts"
import { chosenText } from "../../../src/story/chosen.ts"

const OF = "acme/widgets"
const shown = (text: string | null, path = ".gittensor.yml", repository = OF) => {
  const choices = readChoices(text)
  const isMain = path === ".gittensor.yml" && repository === OF
  const file = isMain ? consentFileOf(choices) : consentFileOf(readChoices(""), [{ where: path, choices }])
  const { files, meaning } = chosenText({ repository: OF, isArchived: false, file }, [{ repository, path, choices }])
  return [meaning.slice(0, meaning.indexOf(" ")), ...(files[0]?.says ?? [])]
}

describe("what a repository's people chose", () => {
  it("is shown with what it means, so that a typo is seen", () => {
    const yes = '"bounties: true": bounties are welcome'
    const silent = "It neither asks for bounties nor refuses them"
    for (const [expected, text] of [
      [["Bounties", yes], `bounties: true\nrepository: ${OF}\n`],
      [["Bounties", yes, '"comments: true": comments and statuses'], "bounties: true\nrepository: Acme/Widgets\ncomments: true\n"],
      [["Its", '"bounties: true" has no effect here: there is no line "repository: acme/widgets"'], "bounties: true\n"],
      [["Its", '"bounties: true" has no effect here: the file is for acme/other'], "bounties: true\nrepository: acme/other\n"],
      [["No", '"bounties: false": no bounties'], "bounties: false\n"],
      [["No", '"Bounties: true": no bounties'], "Bounties: true\n"],
      [["No", "It cannot be read, which counts as a no: it is not YAML, or has aliases"], "bounties: ["],
      [["Its", silent, "keys that have no effect here: comment, later"], "comment: true\nlater: 1\n"],
      [["Its", silent, '"comments: true" needs "bounties: true"'], "comments: true\n"],
      [
        ["Its", silent, '"ai: none"', "labels that ask for a bounty: paid", "its tests are run by: make"],
        "ai: none\nlabels: [paid]\ntest: make\n"
      ]
    ] as const)
      assert.deepStrictEqual<ReadonlyArray<string>>(shown(text), expected, text)
    const elsewhere = "It does not refuse bounties, and anything else counts only in .gittensor.yml at the root of acme/widgets"
    assert.deepStrictEqual(shown("bounties: true\n", ".gittensor.yaml"), ["Its", elsewhere])
    assert.deepStrictEqual(shown("bounties: true\n", ".gittensor.yml", "acme/.github"), ["Its", elsewhere])
    assert.deepStrictEqual(shown("bounties: false\n", ".gittensor.yml", "acme/.github"), ["No", '"bounties: false": no bounties'])
  })

  it("is one line each, whatever was written", () => {
    for (const line of shown("test: 'a\u202e\\n\n\n  b'\n").slice(1)) assert.notMatch(line, /[\n\u202e]/)
  })
})

/** The link by which maintainers stop everything: GitHub's editor with a file that this program reads as a refusal. */
import { assert, describe, it } from "@effect/vitest"
import { CHOICES_FILE, readChoices } from "../../../src/domain/repositoryChoices.ts"
import { stopAddress } from "../../../src/story/stopping.ts"

describe("the link that stops everything", () => {
  it("fills in a new file that refuses bounties", () => {
    const url = new URL(stopAddress("acme/widgets", { isThere: false }))
    assert.strictEqual(url.origin + url.pathname, "https://github.com/acme/widgets/new/HEAD")
    assert.strictEqual(url.searchParams.get("filename"), CHOICES_FILE)
    assert.isFalse(readChoices(url.searchParams.get("value")).bounties)
  })

  it("opens a file that is there, and leads nowhere else, whatever the page was asked for", () => {
    assert.strictEqual(stopAddress("acme/widgets", { isThere: true }), `https://github.com/acme/widgets/edit/HEAD/${CHOICES_FILE}`)
    const { host, pathname } = new URL(stopAddress("a?b/c#d", { isThere: true }))
    assert.deepStrictEqual([host, pathname], ["github.com", "/a%3Fb/c%23d/edit/HEAD/.gittensor.yml"])
  })
})

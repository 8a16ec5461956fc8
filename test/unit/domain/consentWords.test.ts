/** Words about bounties: a yes is read literally, a no generously. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "effect/FastCheck"
import { commentSays, labelSays } from "../../../src/domain/consentWords.ts"

describe("a label about bounties", () => {
  it("asks only in the documented form", () => {
    assert.strictEqual(labelSays("gittensor"), "yes")
    assert.strictEqual(labelSays("paid", ["paid"]), "yes")
    assert.isUndefined(labelSays("gittensor", ["paid"]))
    assert.strictEqual(labelSays("no bounty", ["no bounty"]), "no", "a label that denies asks for nothing, also if the file chose it")
    for (const label of [
      "bounty",
      "💎 Bounty",
      "status: bounty",
      "help wanted",
      "bounty-hunters",
      "bounty: known bug",
      "notable bounty",
      "bounty: 0.5 ETH",
      "v1.0 bounty",
      "$1,000 bounty!",
      "digit tensor"
    ])
      assert.isUndefined(labelSays(label), label)
  })

  it("refuses where it has the name in another form", () => {
    for (const label of [
      "🚫 gittensor",
      "⛔ Gittensor",
      "no: gittensor",
      "blocked/gittensor",
      "anti:gittensor",
      "Gittensor",
      "gittensor ✅",
      "gittensor: yes",
      "not-gittensor",
      "git\u200btensor",
      "ｇｉｔｔｅｎｓｏｒ",
      " gittensor",
      "Git-Tensor",
      "🚫 git tensor",
      "gïttensor",
      "𝗀𝗂𝗍𝗍𝖾𝗇𝗌𝗈𝗋"
    ])
      assert.strictEqual(labelSays(label), "no", label)
  })

  it("refuses where it denies bounties, with or without spaces", () => {
    for (const label of [
      "no bounty",
      "no bounties",
      "No Bounties",
      "nobounty",
      "no-bounty",
      "bounty: no",
      "bounty:never",
      "bountyno",
      "Bounties: false",
      "bounty/off",
      "without bounty",
      "non-bounty",
      "antibounty",
      "stop bounties",
      "don't bounty",
      "🚫 bounty",
      "bounty ⛔",
      ":no_entry: bounty",
      "blocked bounty",
      "not a bounty",
      "𝐧𝐨 bounty",
      "ｎｏ　ｂｏｕｎｔｙ",
      "n\u200bo\u2060 bounty",
      "n\u0336o\u0336 bounty",
      "!bounty",
      "bounty opt-out",
      "bounty 0",
      "bounty ✖️",
      "🙅🏽‍♀️ bounties",
      "🈲 bounty",
      "keine Bounties",
      "sans bounty",
      "sin bounties",
      "não bounty",
      "ingen bounty",
      "geen bounties",
      "не bounty",
      "không bounty",
      "لا bounty",
      "नहीं bounty",
      "不要bounty",
      "bounty禁止",
      "bountyなし",
      "bounty 금지"
    ])
      assert.strictEqual(labelSays(label), "no", label)
  })
})

describe("a comment", () => {
  it("asks by one line, a paragraph of its own", () => {
    for (const body of [
      "/gittensor bounty",
      "Yes please.\r\n\r\n/gittensor bounty\r\n\r\nThanks!",
      "/gittensor bounty \n",
      "> /gittensor no\n\n/gittensor bounty",
      "```sh\nnpm test\n```\n\n/gittensor bounty",
      "~~~\n```\n~~~\n\n/gittensor bounty",
      "<!-- a template -->\n\n/gittensor bounty"
    ])
      assert.deepStrictEqual(commentSays(body), { says: "yes", amount: null, line: "/gittensor bounty" }, body)
    assert.deepStrictEqual(commentSays("/gittensor bounty 12.5"), { says: "yes", amount: "12.5", line: "/gittensor bounty 12.5" })
  })

  it("refuses by any other line that begins so", () => {
    for (const body of [
      "/gittensor no",
      "/gittensor",
      "/Gittensor bounty",
      "/gittensor  bounty",
      "/gittensor bounty please",
      "/gittensor bounty?",
      "/gittensor stop\n\n/gittensor bounty",
      "/gittensor bounty\n\n/gittensor bounty",
      "Please do not write\n/gittensor bounty\nhere",
      "```\n/gittensor bounty\n```",
      "```\n\n/gittensor bounty\n\n```",
      "~~~\n\n/gittensor bounty\n\n~~~",
      "````\n```\n\n/gittensor bounty\n\n````",
      "```\n~~~\n\n/gittensor bounty\n\n```",
      "<pre>\n\n/gittensor bounty\n\n</pre>",
      "\u200b/gittensor bounty",
      "／ｇｉｔｔｅｎｓｏｒ　ｎｏ",
      "/git-tensor no",
      "    /gittensor bounty",
      "<!--\n\n/gittensor bounty\n\n-->",
      "/gittensor bounty 1e9",
      `/gittensor bounty ${"9".repeat(60)}`
    ])
      assert.deepInclude(commentSays(body), { says: "no", amount: null }, body)
  })

  it("says nothing in prose or in a quote", () => {
    for (const body of [
      "",
      "I would like a /gittensor bounty",
      "> /gittensor bounty",
      "No bounties here.",
      "/bounty 100",
      "gittensor bounty"
    ])
      assert.isUndefined(commentSays(body), body)
  })

  it("is read from any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const said = commentSays(`${text}\n/gittensor no`)
        assert.isTrue(said?.says === "no")
        labelSays(text)
      })
    )
  })
})

import { assert, describe, it } from "@effect/vitest"
import { Either, Option, Schema } from "effect"
import * as fc from "fast-check"
import { AccountAddress } from "../../../src/domain/Account.ts"
import * as GitHubLink from "../../../src/domain/GitHubLink.ts"
import { chain, miners, stranger } from "../../support/axon/support.ts"

const [miner, other] = miners
const account = GitHubLink.GitHubAccountId.make(583_231)
const link = new GitHubLink.GitHubLink({ genesisHash: chain.genesisHash, netuid: 74, hotkey: miner.address, account })
const context: GitHubLink.LinkContext = { genesisHash: chain.genesisHash, netuid: 74, hotkey: miner.address, account, gistOwner: account }
const content = GitHubLink.gistContent(link, miner)

const judge = (text: string, changed: Partial<GitHubLink.LinkContext> = {}) =>
  Either.match(GitHubLink.verify(text, { ...context, ...changed }), { onLeft: ({ reason }) => reason, onRight: () => "linked" })

describe("a GitHub link", () => {
  it("consists of these five lines and the signature", () => {
    assert.deepStrictEqual(content.split("\n").slice(0, 5), [
      "gittensor/github-link/v1",
      `genesis ${chain.genesisHash}`,
      "netuid 74",
      `hotkey ${miner.address}`,
      "account 583231"
    ])
    assert.match(content.split("\n")[5] ?? "", /^signature 0x[0-9a-f]{128}$/)
  })

  it("links even if an editor added white space to the gist", () => {
    assert.strictEqual(judge(content), "linked")
    assert.strictEqual(judge(`${content}\r\n \n`), "linked")
  })

  it("refuses a gist of another chain, subnet, hotkey, account or owner", () => {
    assert.strictEqual(judge(content, { genesisHash: `0x${"00".repeat(32)}` }), "OtherChain")
    assert.strictEqual(judge(content, { netuid: 1 }), "OtherSubnet")
    assert.strictEqual(judge(content, { hotkey: other.address }), "OtherHotkey")
    assert.strictEqual(judge(content, { account: 7, gistOwner: 7 }), "OtherAccount")
    assert.strictEqual(judge(content, { gistOwner: 7 }), "OtherOwner")
    assert.strictEqual(judge(GitHubLink.gistContent(link, stranger)), "BadSignature")
    for (const text of ["", "hello", content.slice(0, -2), content.replace("583231", "0583231"), content.replace("\n", "\n\n")])
      assert.strictEqual(judge(text), "Malformed", JSON.stringify(text))
  })

  it("refuses a gist with any one character changed", () => {
    fc.assert(
      fc.property(fc.nat(content.trimEnd().length - 1), fc.constantFrom(..."0123456789abcdefXYZ\n "), (at, character) => {
        fc.pre(content[at] !== character)
        assert.notStrictEqual(judge(content.slice(0, at) + character + content.slice(at + 1)), "linked")
      }),
      { numRuns: 300 }
    )
  })
})

describe("a commitment", () => {
  const decode = Schema.decodeUnknownOption(GitHubLink.CommitmentText)

  it("is written and read in at most 128 bytes", () => {
    const id = fc.stringMatching(/^[A-Za-z0-9]{1,64}$/)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), id, (number, gist) => {
        const commitment = { account: GitHubLink.GitHubAccountId.make(number), gist: GitHubLink.GistId.make(gist) }
        const text = Schema.encodeSync(GitHubLink.CommitmentText)(commitment)
        assert.isAtMost(Buffer.byteLength(text), 128)
        assert.deepStrictEqual(Option.getOrNull(decode(text)), commitment)
      })
    )
    assert.deepStrictEqual(Option.getOrNull(decode("gh:583231:aa5a315d61ae9438b18d")) as unknown, {
      account: 583_231,
      gist: "aa5a315d61ae9438b18d"
    })
  })

  it.each([
    "",
    "gh:",
    "gh:1:",
    "gh:0:a",
    "gh:01:a",
    "gh:1:a/../b",
    "gh:1:a:b",
    "GH:1:a",
    " gh:1:a",
    "gh:1:a\n",
    `gh:1:${"a".repeat(125)}`,
    "gh:9007199254740993:a"
  ])("of another program is none of ours: %j", (text) => {
    assert.isTrue(Option.isNone(decode(text)))
  })
})

describe("an account linked by several hotkeys", () => {
  const proven = (byte: 0 | 1 | 2, account: number, committedAt: number): GitHubLink.ProvenLink => ({
    hotkey: AccountAddress.make(miners[byte].address),
    account: GitHubLink.GitHubAccountId.make(account),
    committedAt
  })

  it("belongs to the hotkey that committed first, in whatever order links are read", () => {
    const links = [proven(0, 10, 50), proven(1, 10, 40), proven(2, 20, 60)]
    for (const order of [links, links.toReversed()]) {
      const accounts = GitHubLink.accountsByHotkey(order)
      assert.strictEqual(accounts.size, 2)
      assert.strictEqual(accounts.get(miners[1].address), 10)
      assert.strictEqual(accounts.get(miners[2].address), 20)
    }
    const tied = [proven(0, 10, 50), proven(1, 10, 50)]
    assert.deepStrictEqual(GitHubLink.accountsByHotkey(tied), GitHubLink.accountsByHotkey(tied.toReversed()))
  })
})

import { assert, describe, it } from "@effect/vitest"
import { Either, Schema } from "effect"
import * as fc from "fast-check"
import { AccountAddress, Hash32 } from "../../../src/domain/Account.ts"
import * as Enrolment from "../../../src/domain/Enrolment.ts"
import { type Changes, chain, enrolment, key, miners, signed, stranger, subnet } from "../../support/axon/support.ts"

const state = subnet()
const context: Enrolment.EnrolmentContext = {
  ...chain,
  currentBlock: state.block,
  isRegistered: (hotkey) => state.registered.has(hotkey)
}
const [miner] = miners

const reasonOf = (result: Either.Either<unknown, Enrolment.Refusal>) => (Either.isLeft(result) ? result.left.reason : "accepted")
const judge = (message: { text: string; signature: string }, changed: Partial<Enrolment.EnrolmentContext> = {}) =>
  reasonOf(Enrolment.verify(message, { ...context, ...changed }))

const arbitraryChanges: fc.Arbitrary<Changes> = fc.record({
  issue: fc.nat(4_294_967_295),
  choice: fc.constantFrom("enrol", "skip"),
  sequence: fc.maxSafeNat(),
  validFrom: fc.nat(4_294_967_295),
  validUntil: fc.nat(4_294_967_295)
})

describe("an enrolment's canonical text", () => {
  it("consists of these nine lines", () => {
    assert.strictEqual(
      Enrolment.format(enrolment(miner, { issue: 42, sequence: 3, validFrom: 1_000, validUntil: 8_200 })),
      [
        "gittensor/enrolment/v1",
        `genesis 0x${"ab".repeat(32)}`,
        "netuid 74",
        `contract ${chain.contract}`,
        `hotkey ${miner.address}`,
        "issue 42",
        "sequence 3",
        "valid-from 1000",
        "valid-until 8200"
      ].join("\n")
    )
    assert.include(Enrolment.format(enrolment(miner, { issue: 42, choice: "skip" })), "\nskip 42\n")
  })

  it("parses back to the same enrolment", () => {
    fc.assert(
      fc.property(arbitraryChanges, (changes) => {
        const original = enrolment(miner, changes)
        const text = Schema.encodeSync(Enrolment.EnrolmentText)(original)
        assert.deepStrictEqual(Schema.decodeSync(Enrolment.EnrolmentText)(text), original)
      })
    )
  })

  const text = Enrolment.format(enrolment(miner))
  it.each([
    ["nothing", ""],
    ["a newline at the end", `${text}\n`],
    ["Windows line ends", text.replaceAll("\n", "\r\n")],
    ["a leading zero", text.replace("netuid 74", "netuid 074")],
    ["a plus sign", text.replace("sequence 1", "sequence +1")],
    ["a negative issue", text.replace("issue 1", "issue -1")],
    ["an issue over 32 bits", text.replace("issue 1", "issue 4294967296")],
    ["a sequence beyond what JavaScript counts", text.replace("sequence 1", "sequence 9007199254740993")],
    ["two spaces", text.replace("netuid 74", "netuid  74")],
    ["another domain", text.replace("/v1", "/v2")],
    ["a line more", `${text}\nissue 2`],
    ["a line less", text.split("\n").slice(0, 8).join("\n")],
    ["lines in another order", text.split("\n").toReversed().join("\n")],
    ["upper-case hexadecimal", text.replace(/ab/g, "AB")],
    ["a hotkey with a wrong checksum", text.replace(miner.address, `${miner.address.slice(0, -1)}1`)],
    ["a very long text", "x".repeat(100_000)]
  ])("refuses %s", (_name, changed) => {
    assert.strictEqual(judge({ text: changed, signature: miner.signText(changed) }), "Malformed")
  })
})

describe("verifying an enrolment", () => {
  it("accepts an enrolment signed by its hotkey, and returns it", () => {
    const result = Enrolment.verify(signed(miner, { issue: 7 }), context)
    assert.deepStrictEqual(Either.getOrThrow(result), enrolment(miner, { issue: 7 }))
  })

  it("refuses an enrolment with any one bit of its signature or text changed", () => {
    const message = signed(miner)
    const signature = Buffer.from(message.signature.slice(2), "hex")
    for (let bit = 0; bit < signature.length * 8; bit++) {
      const changed = Buffer.from(signature)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      assert.strictEqual(judge({ ...message, signature: `0x${changed.toString("hex")}` }), "BadSignature", `bit ${bit}`)
    }
    const bytes = Buffer.from(message.text)
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      assert.notStrictEqual(judge({ ...message, text: changed.toString("latin1") }), "accepted", `bit ${bit}`)
    }
  })

  it("refuses a signature by another key, a truncated one and a missing one", () => {
    const message = signed(miner)
    for (const signature of [stranger.signText(message.text), message.signature.slice(0, -2), message.signature.toUpperCase(), "0x", ""])
      assert.strictEqual(judge({ ...message, signature }), "BadSignature")
  })

  it("refuses a signature of the same lines wrapped as another message", () => {
    const { text } = signed(miner)
    assert.strictEqual(judge({ text, signature: miner.signText(`<Bytes>${text}</Bytes>`) }), "BadSignature")
  })

  it("refuses an enrolment meant for another place", () => {
    const message = signed(miner)
    assert.strictEqual(judge(message, { genesisHash: Hash32.make(`0x${"cd".repeat(32)}`) }), "OtherChain")
    assert.strictEqual(judge(message, { netuid: 75 }), "OtherSubnet")
    assert.strictEqual(judge(message, { contract: AccountAddress.make(key(50).address) }), "OtherContract")
    assert.strictEqual(judge(signed(stranger)), "UnregisteredHotkey")
  })

  it("enforces the validity window to the block", () => {
    const at = (validFrom: number, validUntil: number) => judge(signed(miner, { validFrom, validUntil }))
    assert.strictEqual(at(1_000, 1_000), "accepted")
    assert.strictEqual(at(900, 999), "Expired")
    assert.strictEqual(at(1_000, 8_200), "accepted")
    assert.strictEqual(at(1_000, 8_201), "WindowTooLong")
    assert.strictEqual(at(1_025, 2_000), "accepted")
    assert.strictEqual(at(1_026, 2_000), "NotYetValid")
    assert.strictEqual(at(1_001, 1_000), "Malformed")
  })

  it("gives every refusal a 4xx status and a sentence", () => {
    for (const reason of Enrolment.Refusal.fields.reason.literals) {
      const refusal = new Enrolment.Refusal({ reason, detail: "it is so" })
      assert.isTrue(refusal.status >= 400 && refusal.status < 500, reason)
      assert.strictEqual(refusal.message, "enrolment refused: it is so")
    }
  })

  it("never throws on any input", () => {
    fc.assert(fc.property(fc.string(), fc.string(), (text, signature) => judge({ text, signature }) !== "accepted"))
  })
})

describe("the replacement order of enrolments", () => {
  it("is strict: of two different enrolments exactly one replaces the other", () => {
    const item = fc.record({ sequence: fc.nat(3), text: fc.string({ maxLength: 3 }) })
    fc.assert(
      fc.property(item, item, (a, b) => {
        const same = a.sequence === b.sequence && a.text === b.text
        assert.strictEqual(Number(Enrolment.replaces(a, b)) + Number(Enrolment.replaces(b, a)), same ? 0 : 1)
      })
    )
  })
})

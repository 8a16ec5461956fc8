/** The output of `gittensor explain --verdict` about validators' findings, whatever their axons serve. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, TestClock } from "effect"
import { qualityLines } from "../../../src/cli/explain/qualityText.ts"
import { contractCodec } from "../../../src/contract-client/artifact.ts"
import { AccountAddress, toPublicKey } from "../../../src/domain/Account.ts"
import { PeerQuality, QualityNotFetched } from "../../../src/layers/chain/axon/PeerQuality.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { explainQuality } from "../../../src/quality/explainQuality.ts"
import { ALICE, BOB, CAROL } from "../../support/api/seed.ts"
import { ANSWERS, heldDuel, issueDuels } from "../../support/quality/duels.ts"
import {
  about,
  commit,
  finding,
  passedGate,
  qualityRecord,
  second,
  signedText,
  speakers,
  tests,
  verified
} from "../../support/quality/records.ts"

const [ANN, BEA, CLEO] = speakers as [(typeof speakers)[number], (typeof speakers)[number], (typeof speakers)[number]]

const competitor = (uid: number, hotkey: string) => ({ uid, hotkey: AccountAddress.make(hotkey), coldkey: AccountAddress.make(hotkey) })
const PAIR = { a: competitor(17, ALICE), b: competitor(42, BOB) }

/** The three as the contract's answer to `validators`: no error, the count, each with its key and no coldkeys; all amounts are 0. */
const WHITELIST = Uint8Array.from([
  0,
  0,
  speakers.length << 2,
  ...speakers.flatMap(({ address }) => [...toPublicKey(address), 0, ...new Uint8Array(32)]),
  ...new Uint8Array(12)
])

/** A text that crashes its reader. */
const BROKEN = "broken"

/** The findings of Ann, Bea and Cleo; the texts of their axons by hotkey. Without a text, the axon refuses; Cleo has no axon. */
const words = (texts: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(second(60))
    const head = { number: 7, hash: "0x07" }
    const found = yield* explainQuality({ issue: 1, ...PAIR }, head)
    return new Map(found.map((word) => [`${word.validator}`, word]))
  }).pipe(
    Effect.provide([
      Layer.mock(Chain, { endpoint: "ws://chain.test", genesisHash: about.genesis, isDevelopment: true }),
      Layer.mock(Contract, {
        address: about.contract,
        encode: () => assert.fail("nothing is sent"),
        read: (name) => Effect.orDie(contractCodec.decodeAnswer(name, WHITELIST))
      }),
      Layer.mock(Subnet, {
        netuid: about.netuid,
        metagraph: () =>
          Effect.succeed({
            netuid: about.netuid,
            block: 7,
            neurons: [ANN, BEA].map(({ address }, uid) => ({
              uid,
              hotkey: address,
              coldkey: address,
              stake: 0n,
              validatorPermit: true,
              axon: { ip: "192.0.2.1", port: 1 },
              lastUpdate: 0,
              registeredAt: 0
            }))
          })
      }),
      Layer.mock(PeerQuality, {
        document: ({ hotkey, ip, port }) => {
          const text = texts[hotkey]
          if (text === BROKEN) return Effect.die(new RangeError("Invalid time value"))
          return text === undefined ? new QualityNotFetched({ ip, port, reason: "refused" }) : Effect.succeed(text)
        }
      })
    ])
  )

describe("validators' findings, explained", () => {
  it.effect("are those that they signed about the two, and a reason for everybody else", () =>
    Effect.gen(function* () {
      const found = yield* words({
        [ANN.address]: signedText(ANN, [qualityRecord(), qualityRecord({ head: { hotkey: CAROL, number: 5 } })])
      })
      assert.deepStrictEqual(
        found.get(ANN.address)?.records.map(({ head }) => Number(head.number)),
        [77]
      )
      assert.strictEqual(found.get(BEA.address)?.silent, "it says nothing")
      assert.strictEqual(found.get(CLEO.address)?.silent, "it has no axon")
      const forged = yield* words({
        [ANN.address]: signedText(BEA, [qualityRecord()]),
        [BEA.address]: signedText(BEA, [qualityRecord({ head: { hotkey: CAROL } })])
      })
      assert.strictEqual(forged.get(ANN.address)?.silent, `its axon's answer is not used: it is by ${BEA.address}`)
      assert.strictEqual(forged.get(BEA.address)?.silent, "it says nothing of these two")
      const broken = yield* words({ [ANN.address]: BROKEN, [BEA.address]: signedText(BEA, [qualityRecord()]) })
      assert.match(broken.get(ANN.address)?.silent ?? "", /^what was read of .* is not what it should be: Invalid time value$/)
      assert.lengthOf(broken.get(BEA.address)?.records ?? [], 1)
    })
  )

  it.effect("name the files that support them where the validator's axon shows them", () =>
    Effect.gen(function* () {
      const artefacts = [{ name: "output-head", digest: "4f".repeat(32), mediaType: "text/plain", bytes: 12 }] as const
      const found = yield* words({ [ANN.address]: signedText(ANN, [qualityRecord({ artefacts })]) })
      assert.include(qualityLines([...found.values()], PAIR), `      output-head: http://192.0.2.1:1/v1/artefacts/${"4f".repeat(32)}`)
    })
  )

  it.effect("are written in lines that no terminal obeys", () =>
    Effect.gen(function* () {
      const rejected = qualityRecord({
        head: { hotkey: BOB, number: 78, commit: commit("c") },
        state: "rejected",
        fault: "miner",
        reason: "a \u202ecopy\u202c of #77",
        gate: { ...passedGate, passed: false, fault: "miner", findings: [{ ...finding, check: "duplicate", rejects: true }] },
        verification: null
      })
      const own = { failToPass: tests("mine"), failing: tests(), removed: tests("old"), skipped: tests(), hidden: tests() }
      const found = yield* words({
        [ANN.address]: signedText(ANN, [qualityRecord({ verification: { ...verified, own }, currentSince: second(24) }), rejected]),
        [BEA.address]: signedText(BEA, [
          qualityRecord({ state: "failed", fault: "infrastructure", reason: "no sandbox", gate: null, verification: null })
        ])
      })
      const lines = qualityLines([...found.values()], PAIR)
      assert.deepStrictEqual(
        lines.filter((line) => line.length > 80),
        []
      )
      const text = lines.join("\n")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be there
      assert.notMatch(text.replaceAll(/\u001b\[\d+m/g, ""), /[\u0000-\u0009\u000b-\u001f]|\p{Cf}/u)
      assert.match(text, /acme\/widgets#77 of UID 17, commit aaaaaaaa\n {4}5/)
      assert.match(
        text,
        /acme\/widgets#78 of UID 42, commit cccccccc\n {4}5\w+\n {6}replaced by another head\n {6}gate: rejected \(duplicate\); verification: not run\n {6}a {1,2}copy/
      )
      assert.include(
        text.replaceAll(/\n +/g, " "),
        "current since 2026-01-01T00:00:24Z gate: passed; verification: verified, 2 tests fail → pass, 1 test flaky, 1 test of its own fail → pass, 1 test removed"
      )
      assert.include(text, "gate: could not look; verification: could not find out\n      no sandbox")
      assert.include(text, `  ${CLEO.address}\n    it has no axon`)
      assert.include(qualityLines([], PAIR).join("\n"), "no validator is on the whitelist")
    })
  )

  it.effect("come with the duels that they held, by criterion, with each judge's vote or why it has none", () =>
    Effect.gen(function* () {
      const going = heldDuel({ duel: { outcome: null, endedAt: null, jurors: [] } })
      const failed = heldDuel({ answers: [], duel: { outcome: null, reason: "a head is\u001b[31m gone" } })
      const found = yield* words({
        [ANN.address]: signedText(ANN, [qualityRecord()], {}, issueDuels(heldDuel())),
        [BEA.address]: signedText(BEA, [qualityRecord()], {}, issueDuels(going))
      })
      const lines = qualityLines([...found.values()], PAIR)
      const text = lines.join("\n")
      for (const part of [
        "acme/widgets#77 of UID 17 (a) against #78 of UID 42 (b)",
        "the judges prefer #77 (a +26.0, 12 points win)",
        "2 of 3 judges answered in both orders, 0 flipped",
        "cost $0.001234",
        "correctness a +30.0, grounding a +25.0",
        "The panel has 3 judges, of which a duel draws 3, but none that fell for more than 20 % of the canaries: fair (fair-2, temperature 0, with a seed, 2000 tokens at most as json_schema, fell for 1 of 16 canaries); first",
        "fair (one, fair-2): a +40.0; answered by fair-2-2026-10-01",
        "first (two, first-2): a +26.0; answered by first-2-2026-10-01",
        "refusing (one, refusing-2): no vote: it refused",
        "goes on"
      ])
        assert.include(text.replaceAll(/\n +/g, " "), part)
      const [file] = ANSWERS[0]?.artefacts ?? []
      assert.include(lines, `      fair, ab, question: http://192.0.2.1:1/v1/artefacts/${file?.digest}`)
      assert.deepStrictEqual(
        lines.filter((line) => line.length > 80 && !line.includes("http://")),
        []
      )
      const [word] = (yield* words({ [ANN.address]: signedText(ANN, [qualityRecord()], {}, issueDuels(failed)) })).values()
      assert.include(qualityLines(word === undefined ? [] : [word], PAIR).join("\n"), "failed: a head is")
    })
  )
})

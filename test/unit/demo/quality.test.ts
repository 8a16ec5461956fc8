/** What the demo tells of the validators' findings. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Ref, TestClock } from "effect"
import * as Cast from "../../../lab/demo/Cast.ts"
import { Narrator } from "../../../lab/demo/Narrator.ts"
import { narrateQuality } from "../../../lab/demo/quality.ts"
import { duelText, qualityText } from "../../../lab/demo/qualityText.ts"
import { canonicalJson } from "../../../src/domain/canonicalJson.ts"
import { qualityIndex, shownRecord } from "../../../src/domain/quality/QualityDocument.ts"
import type { QualityRecord } from "../../../src/domain/quality/QualityRecord.ts"
import { shownDuel } from "../../../src/domain/quality/ShownDuel.ts"
import { PeerQuality, QualityNotFetched } from "../../../src/layers/chain/axon/PeerQuality.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { BOB } from "../../support/api/seed.ts"
import { silentChain } from "../../support/github/silentChain.ts"
import { heldDuel } from "../../support/quality/duels.ts"
import { about, commit, qualityRecord, second, signedText, speakers, tests, verified } from "../../support/quality/records.ts"

const line = (change: Parameters<typeof qualityRecord>[0]) => qualityText(shownRecord(qualityRecord(change)), "ada")

describe("a finding as a line of the demo's story", () => {
  it("says what the tests say", () => {
    const ran = "lets pull request 77 by ada through its gate, and runs the tests in a sandbox: "
    const own = { failToPass: tests("mine"), failing: tests(), removed: tests(), skipped: tests(), hidden: tests() }
    const cases = [
      [verified, "2 tests fail without it and pass with it"],
      [{ ...verified, failToPass: tests(), own }, "1 test fails without it and passes with it"],
      [{ ...verified, verdict: "broken", broken: tests("one") }, "1 test passes without it and breaks with it"],
      [{ ...verified, verdict: "broken", broken: tests("one", "two") }, "2 tests pass without it and break with it"],
      [{ ...verified, verdict: "unproven" }, "no test tells whether it solves anything"],
      [{ ...verified, verdict: "unknown" }, "none of them passes without it, so they say nothing"]
    ] as const
    for (const [verification, says] of cases) assert.strictEqual(line({ verification }), ran + says)
  })

  it("says why there is nothing to say, and waits for the end", () => {
    assert.strictEqual(
      line({ verification: null, reason: "not verified: no sandbox" }),
      "lets pull request 77 by ada through its gate, and runs no tests"
    )
    assert.strictEqual(line({ state: "rejected", fault: "miner", reason: "it is empty" }), "stops pull request 77 by ada: it is empty")
    assert.strictEqual(
      line({ state: "failed", fault: "unknown", reason: "it is gone" }),
      "can find out nothing about pull request 77 by ada: it is gone"
    )
    for (const state of ["seen", "gated", "verified"] as const) assert.isUndefined(line({ state }))
  })
})

describe("a duel as a line of the demo's story", () => {
  it("names who is ahead, by the judges that answered in both orders, and says nothing while it goes on", () => {
    const told = (duel: Parameters<typeof heldDuel>[0]) =>
      duelText(shownDuel(heldDuel(duel)), (hotkey) => (hotkey === BOB ? "bob" : "ada")) ?? null
    const ended = heldDuel().duel.outcome
    assert(ended !== null)
    const start = "lets 2 judges compare acme/widgets#77 against acme/widgets#78: "
    const having = (change: Partial<typeof ended>) => told({ duel: { outcome: { ...ended, ...change } } })
    assert.strictEqual(having({ result: "a", lead: 231 }), `${start}ada is ahead of bob by 23.1 points`)
    assert.strictEqual(having({ result: "b", lead: -140 }), `${start}bob is ahead of ada by 14 points`)
    assert.strictEqual(having({ result: "draw", lead: 10, margin: 12 }), `${start}neither is ahead by 12 points`)
    assert.match(having({ result: "none", lead: null, why: "too few judges" }) ?? "", /it says nothing, too few judges$/)
    assert.isNull(told({ duel: { outcome: null, endedAt: null } }))
    assert.match(told({ duel: { outcome: null, reason: "no judge answered" } }) ?? "", /has no result .*: no judge answered$/)
  })
})

const [ANN, BEA] = speakers as [(typeof speakers)[number], (typeof speakers)[number]]

describe("the demo", () => {
  it.effect("tells each finding once, whoever is silent or lies meanwhile", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(second(60))
      const told = yield* Ref.make<ReadonlyArray<string>>([])
      /** The records of each validator, by hotkey, and whose signature is below them. */
      const shown = new Map<string, { readonly records: ReadonlyArray<QualityRecord>; readonly by: typeof ANN }>()
      const world = Layer.mergeAll(
        Cast.layer,
        Layer.succeed(Narrator, {
          step: ({ actor, text }) => Ref.update(told, (all) => [...all, `${actor}: ${text}`]),
          note: () => Effect.void,
          progress: () => Effect.void,
          begin: Effect.void,
          page: () => Effect.void
        }),
        Layer.succeed(Chain, silentChain({ genesisHash: about.genesis })),
        Layer.mock(Contract, { address: about.contract, encode: () => assert.fail("nothing is sent") }),
        Layer.mock(PeerQuality, {
          index: ({ hotkey, ip, port }) => {
            const found = shown.get(hotkey)
            return found === undefined
              ? new QualityNotFetched({ ip, port, reason: "unreachable" })
              : Effect.succeed(canonicalJson(qualityIndex(found.records)))
          },
          document: ({ hotkey }) => {
            const { records, by } = shown.get(hotkey) ?? assert.fail("it was not in the index")
            return Effect.succeed(signedText(by, records))
          }
        })
      )
      yield* Effect.gen(function* () {
        yield* (yield* Cast.Cast).introduce(qualityRecord().head.hotkey, "ada")
        const validators = [ANN, BEA].map(({ address }, at) => ({ name: `validator ${at + 1}`, hotkey: address, port: Effect.succeed(at) }))
        yield* Effect.fork(narrateQuality(validators))
        const later = Effect.zipRight(TestClock.adjust("4 seconds"), Ref.get(told))
        assert.deepStrictEqual(yield* later, [])
        shown.set(ANN.address, { records: [qualityRecord({ state: "gated" })], by: ANN })
        shown.set(BEA.address, { records: [qualityRecord()], by: ANN })
        assert.deepStrictEqual(yield* later, [])
        shown.set(ANN.address, { records: [qualityRecord({ at: second(26) })], by: ANN })
        const first = [
          "validator 1: lets pull request 77 by ada through its gate, and runs the tests in a sandbox: 2 tests fail without it and pass with it"
        ]
        assert.deepStrictEqual(yield* later, first)
        const other = qualityRecord({
          head: { hotkey: BOB, number: 78, commit: commit("c") },
          state: "failed",
          fault: "unknown",
          reason: "gone",
          at: second(30)
        })
        shown.set(ANN.address, { records: [qualityRecord({ at: second(26) }), other], by: ANN })
        assert.deepStrictEqual(yield* later, [...first, `validator 1: can find out nothing about pull request 78 by ${BOB}: gone`])
      }).pipe(Effect.provide(world))
    })
  )
})

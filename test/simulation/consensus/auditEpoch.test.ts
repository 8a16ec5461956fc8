import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import * as fc from "fast-check"
import { needsReportBefore, type ReportEvidence } from "../../../src/consensus/audit/examineReports.ts"
import type { FoundWeights } from "../../../src/consensus/audit/examineWeights.ts"
import { gatherProofs } from "../../../src/consensus/audit/gatherProofs.ts"
import { fetchSettlement } from "../../../src/consensus/pastSettlements.ts"
import type { CommittedScores } from "../../../src/domain/CommitmentSlot.ts"
import type { HeldWeights } from "../../../src/domain/EpochState.ts"
import { Equivocation, equivocationOf } from "../../../src/domain/Equivocation.ts"
import { type Report, reportHash, reportStatement, signedReport } from "../../../src/domain/Report.ts"
import { Settlement, settlementHash } from "../../../src/domain/Settlement.ts"
import { PeerReports, ReportNotFetched } from "../../../src/layers/chain/axon/reports/PeerReports.ts"
import { seenText } from "../../../src/rules/consensus/counted.ts"
import {
  type Conduct,
  findingsOf,
  key,
  NO_REPORT,
  noHistory,
  type Plan,
  play,
  reportOf,
  type Scene,
  textOf,
  weightsFrom
} from "../../support/consensus/auditedEpochs.ts"

const VALUES = [
  [100_000, 400_000, 0, 250_000, 0],
  [110_000, 390_000, 0, 250_000, 0],
  [110_000, 410_000, 5_000, 245_000, 0],
  [100_000, 400_000, 0, null, 0],
  [110_000, 380_000, 0, 260_000, 1]
]
const HONEST: Plan = { stakes: [30n, 25n, 20n, 15n, 10n], conducts: VALUES.map((): Conduct => "reports"), values: VALUES }
const EPOCH = 20

/** The second of two honest epochs, so that there is a chain of hashes. */
const honest = (plan: Partial<Plan> = {}): Scene => {
  const history = noHistory()
  play(history, EPOCH - 1, HONEST)
  return play(history, EPOCH, { ...HONEST, ...plan })
}

const kindsOf = (scene: Scene) => findingsOf(scene).map(({ kind, severity, validator }) => [kind, severity, nameOf(validator)])
const nameOf = (hotkey: string | null) => (hotkey === null ? null : [0, 1, 2, 3, 4].find((index) => key(index).address === hotkey))

const changed = (scene: Scene, evidence: Partial<ReportEvidence>): Scene => ({ ...scene, evidence: { ...scene.evidence, ...evidence } })

/** The scene with another commitment of a validator at one of the three times. */
const committed = (scene: Scene, time: "before" | "atOpening" | "atEnd", index: number, change: Partial<CommittedScores>): Scene => {
  const commitments = new Map(scene.evidence[time])
  const own = commitments.get(key(index).address) ?? assert.fail("it has committed to nothing")
  return changed(scene, { [time]: commitments.set(key(index).address, { ...own, ...change }) })
}

/** The scene with the texts that two axons serve as a validator's report: by default its own axon, then a relay. */
const serves = (scene: Scene, index: number, own: string | undefined, relayed = own): Scene => {
  const others = scene.evidence.served.filter(({ of }) => of !== key(index).address)
  const given = [own, relayed].flatMap((text, place) =>
    text === undefined ? [] : [{ of: key(index).address, from: key((index + place) % 5).address, text }]
  )
  return changed(scene, { served: [...others, ...given] })
}

const weighs = (scene: Scene, index: number, weights: FoundWeights): Scene => ({
  ...scene,
  weights: new Map(scene.weights).set(key(index).address, weights)
})

/** The settlement of the first of the two epochs. */
const SETTLED = (() => {
  const history = noHistory()
  play(history, EPOCH - 1, HONEST)
  return history.newest ?? assert.fail("it was not settled")
})()

const report = (index: number, change: Partial<Report> = {}): Report => ({
  ...reportOf(EPOCH, key(index).address, VALUES[index] ?? []),
  settlement: settlementHash(SETTLED),
  ...change
})
const signed = (index: number, change: Partial<Report> = {}) => textOf(report(index, change), key(index))

/** The scene with this report by a validator and the matching commitment. */
const reports = (scene: Scene, index: number, change: Partial<Report>): Scene => {
  const sha256 = reportHash(report(index, change))
  const both = committed(committed(scene, "atOpening", index, { sha256 }), "atEnd", index, { sha256 })
  return serves(both, index, signed(index, change))
}

const decode = Schema.decodeUnknownSync(signedReport.Text)

/** The conducts if only these validators do not report. */
const without = (absent: ReadonlyArray<number>): ReadonlyArray<Conduct> =>
  VALUES.map((_, index) => (absent.includes(index) ? "is absent" : "reports"))

/** The reports that each validator lacks while these few are cut off from all others. */
const splitOff = (few: ReadonlyArray<number>): ReadonlyArray<ReadonlyArray<number>> =>
  VALUES.map((_, index) => VALUES.flatMap((_, other) => (few.includes(index) === few.includes(other) ? [] : [other])))

const sameAs = (found: FoundWeights | undefined, held: { readonly uids: ReadonlyArray<number>; readonly values: ReadonlyArray<number> }) =>
  found?._tag === "Weights" && JSON.stringify([found.uids, found.values]) === JSON.stringify([held.uids, held.values])

/** The scene in which nobody has committed to have a validator's report, so that weights follow from the others'. */
const countedWithout = (scene: Scene, index: number): Scene => {
  const { electorate, atSettling } = scene.evidence
  const others = VALUES.flatMap((_, other) => (other === index ? [] : [other]))
  const seen = seenText(
    electorate,
    others.map((other) => key(other).address)
  )
  const weights = weightsFrom(
    EPOCH,
    electorate,
    others.map((other) => report(other))
  )
  return {
    ...changed(scene, { atSettling: new Map([...(atSettling ?? [])].map(([hotkey, scores]) => [hotkey, { ...scores, seen }])) }),
    weights: new Map([...scene.weights.keys()].map((hotkey) => [hotkey, weights]))
  }
}

const CONTRARY = { uids: [1], values: [65_535] }

describe("the audit of an epoch", () => {
  it("finds nothing in a hundred honest epochs, and nothing wrong where validators are absent or late", () => {
    const conduct = fc.oneof(
      { weight: 9, arbitrary: fc.constant<Conduct>("reports") },
      { weight: 1, arbitrary: fc.constantFrom<Conduct>("is absent", "commits late", "does not commit") }
    )
    const value = fc.oneof({ weight: 6, arbitrary: fc.nat(200_000) }, { weight: 1, arbitrary: fc.constantFrom(0, null) })
    const plan = (conducts: fc.Arbitrary<Conduct>) =>
      fc.record({
        stakes: fc.array(fc.bigInt(1n, 1_000n), { minLength: 1, maxLength: 5 }),
        conducts: fc.array(conducts, { minLength: 5, maxLength: 5 }),
        values: fc.array(fc.array(value, { minLength: 4, maxLength: 4 }), { minLength: 5, maxLength: 5 })
      })
    const epochs = (conducts: fc.Arbitrary<Conduct>) => fc.array(plan(conducts), { minLength: 10, maxLength: 10 })
    let audited = 0
    fc.assert(
      fc.property(epochs(fc.constant<Conduct>("reports")), (plans) => {
        const history = noHistory()
        for (const [index, one] of plans.entries()) {
          const scene = play(history, index, one)
          // If nobody measured any earnings, there is nothing to distribute.
          const expected = scene.decided ? [] : ["nobody earned"]
          assert.deepStrictEqual(
            findingsOf(scene).map(({ kind }) => kind),
            expected
          )
          audited++
        }
      }),
      { numRuns: 10 }
    )
    assert.strictEqual(audited, 100)
    fc.assert(
      fc.property(epochs(conduct), (plans) => {
        const history = noHistory()
        const wrong = plans.flatMap((one, index) => findingsOf(play(history, index, one)).filter(({ severity }) => severity === "wrong"))
        assert.deepStrictEqual(wrong, [])
      }),
      { numRuns: 5 }
    )
  })

  it("finds nothing in a hundred epochs of a network that is split, lacks a quorum, holds weights, and has UIDs that change hands", () => {
    const value = fc.oneof({ weight: 6, arbitrary: fc.nat(200_000) }, { weight: 1, arbitrary: fc.constantFrom(0, null) })
    const conducts = fc.oneof(
      { weight: 2, arbitrary: fc.constant(HONEST.conducts) },
      { weight: 1, arbitrary: fc.subarray([0, 1, 2, 3, 4], { minLength: 2 }).map((absent) => without(absent)) }
    )
    const lacks = fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.subarray([0, 1, 2, 3, 4], { minLength: 1, maxLength: 4 }).map(splitOff) }
    )
    const plan = fc.record({
      stakes: fc.constant(HONEST.stakes),
      conducts,
      values: fc.array(fc.array(value, { minLength: 4, maxLength: 4 }), { minLength: 5, maxLength: 5 }),
      lacks,
      changed: fc.subarray([1, 2, 3, 4], { maxLength: 1 })
    })
    const seen: Record<string, number> = {}
    let [audited, withChanged] = [0, 0]
    fc.assert(
      fc.property(fc.array(plan, { minLength: 10, maxLength: 10 }), (plans) => {
        const history = noHistory()
        play(history, 0, HONEST)
        for (const [index, one] of plans.entries()) {
          const scene = play(history, index + 1, one)
          const found = findingsOf(scene)
          assert.deepStrictEqual(
            found.filter(({ severity }) => severity === "wrong"),
            []
          )
          const aboutWeights = found.map(({ kind }) => kind).filter((kind) => /weights|counted|quorum|earned/.test(kind))
          // Without any quorum, if all have counted the same reports, weights give no findings.
          if (!scene.decided)
            assert.deepStrictEqual(
              aboutWeights.filter((kind) => kind !== "no quorum" && kind !== "nobody earned"),
              []
            )
          else if (one.lacks.length === 0) assert.deepStrictEqual(aboutWeights, [])
          for (const kind of aboutWeights) seen[kind] = (seen[kind] ?? 0) + 1
          for (const [hotkey, held] of scene.holds)
            if (held?._tag === "SendAgain" && held.changed.length > 0 && sameAs(scene.weights.get(hotkey), held)) withChanged++
          audited++
        }
      }),
      { numRuns: 10, seed: 21 }
    )
    assert.strictEqual(audited, 100)
    for (const kind of ["no quorum", "no weights"]) assert.isAbove(seen[kind] ?? 0, 0, kind)
    assert.isAbove(withChanged, 0, "somebody held weights without a UID that had changed hands")
  })

  it("tells a validator that holds its weights from one that only says so", () => {
    /** The fifth validator is cut off from all others for two epochs. In the second, the chain would stop counting its weights. */
    const cutOff = (more: Partial<Plan> = {}) => {
      const history = noHistory()
      play(history, EPOCH - 2, HONEST)
      play(history, EPOCH - 1, { ...HONEST, lacks: splitOff([4]) })
      return play(history, EPOCH, {
        ...HONEST,
        values: VALUES.map((_, index) => [500_000 + index, 0, 0, 400_000]),
        lacks: splitOff([4]),
        ...more
      })
    }
    const honestly = cutOff()
    assert.strictEqual(honestly.holds.get(key(4).address)?._tag, "SendAgain")
    const unseen: ReturnType<typeof kindsOf>[number] = ["not seen by most", "missing", 4]
    assert.deepStrictEqual(kindsOf(honestly), [unseen, ["no weights", "missing", 4]])
    const by = (scene: Scene, change: (values: ReadonlyArray<number>) => ReadonlyArray<number>) => {
      const held = scene.holds.get(key(4).address)
      if (held?._tag !== "SendAgain") return assert.fail("it sends its weights again")
      return kindsOf(weighs(scene, 4, { _tag: "Weights", uids: held.uids, values: change(held.values) }))
    }
    assert.deepStrictEqual(
      by(honestly, (values) => values),
      [unseen, ["weights held", "missing", 4]]
    )
    assert.deepStrictEqual(
      by(honestly, (values) => values.map((one, index) => (index === 0 ? one - 1 : one))),
      [unseen, ["weights differ", "wrong", 4]]
    )

    // UID 2 changed hands: a validator that holds its weights leaves the UID out, and one that pays its new holder does not hold.
    const changed = cutOff({ changed: [2] })
    assert.deepStrictEqual(
      by(changed, (values) => values),
      [unseen, ["weights held", "missing", 4]]
    )
    const before = honestly.holds.get(key(4).address)
    if (before?._tag !== "SendAgain") return assert.fail("it sends its weights again")
    const paying = weighs(changed, 4, { _tag: "Weights", uids: before.uids, values: before.values })
    const [, found] = findingsOf(paying).filter(({ validator }) => validator === key(4).address)
    assert.deepStrictEqual([found?.kind, found?.severity], ["weights differ", "wrong"])
    assert.include(found?.text, "pays UID 2, which changed hands")

    // Weights that the chain still counts are not sent again.
    const early = honest({ lacks: splitOff([4]), values: VALUES.map((_, index) => [500_000 + index, 0, 0, 400_000]) })
    assert.deepStrictEqual([early.holds.get(key(4).address)?._tag, kindsOf(early)], ["Wait", [unseen, ["no weights", "missing", 4]]])
    assert.deepStrictEqual(kindsOf(weighs(early, 4, { _tag: "Weights", uids: before.uids, values: before.values })), [
      unseen,
      ["weights differ", "wrong", 4]
    ])

    // The same without a quorum for anybody. Then weights that are not held cannot be told from own scores after many epochs without a quorum.
    const none = cutOff({ conducts: without([0, 1]), lacks: [] })
    const about4 = (scene: Scene) => kindsOf(scene).filter(([kind, , who]) => who === 4 && kind !== "not seen by most")
    assert.deepStrictEqual([none.decided, about4(none)], [false, []])
    assert.deepStrictEqual(about4(weighs(none, 4, { _tag: "Weights", ...CONTRARY })), [["weights not held", "missing", 4]])
    const unpaid = cutOff({ conducts: without([0, 1]), lacks: [], changed: [2] })
    assert.deepStrictEqual(about4(weighs(unpaid, 4, { _tag: "Weights", uids: before.uids, values: before.values })), [
      ["weights differ", "wrong", 4]
    ])

    // A validator without weights on chain cannot hold any, and an earlier index does not report anybody's weights.
    const holding = (scene: Scene, held: HeldWeights): Scene => ({ ...scene, holds: new Map(scene.holds).set(key(4).address, held) })
    const own = weighs(honestly, 4, { _tag: "Weights", ...CONTRARY })
    assert.deepStrictEqual(kindsOf(holding(own, { _tag: "Nothing" })), [unseen, ["weights of its own", "missing", 4]])
    assert.deepStrictEqual(kindsOf({ ...own, holds: new Map() }), [unseen, ["weights not compared", "missing", 4]])
  })

  it("finds a forged signature, and whose axon gave it", () => {
    const scene = honest()
    const foreign = signed(1).replace(/0x[0-9a-f]{128}/, /0x[0-9a-f]{128}/.exec(signed(2))?.[0] ?? "")
    assert.deepStrictEqual(kindsOf(serves(scene, 1, foreign, signed(1))), [["forged signature", "missing", 1]])
    const altered = signed(1).replace('"sum":110000', '"sum":110001')
    const [found, ...others] = findingsOf(serves(scene, 1, signed(1), altered))
    assert.deepStrictEqual(others, [])
    assert.deepStrictEqual([found?.kind, found?.giver], ["forged signature", key(2).address])
  })

  it("finds other bytes than those committed to, and does not count them", () => {
    const scene = serves(honest(), 1, signed(1, { program: "0.1.1" }))
    // It counts, as most have committed to have what was committed, and nobody gives it.
    assert.deepStrictEqual(kindsOf(scene), [
      ["other bytes than committed", "missing", 1],
      ["weights not compared", "missing", null]
    ])
  })

  it("finds a broken chain of hashes", () => {
    const broken = committed(committed(honest(), "atOpening", 2, { previous: "cd".repeat(32) }), "atEnd", 2, { previous: "cd".repeat(32) })
    assert.deepStrictEqual(kindsOf(broken), [["broken chain of hashes", "missing", 2]])
    assert.deepStrictEqual(kindsOf(committed(honest(), "atOpening", 2, { previous: NO_REPORT })), [
      ["broken chain of hashes", "missing", 2]
    ])
  })

  it("does not take a gap in the chain of hashes for a broken one", () => {
    const previous = reportHash(reportOf(EPOCH - 1, key(2).address, VALUES[2] ?? []))
    // The preceding epoch's report was never committed: the slot still has an earlier one.
    const gap = committed(honest(), "before", 2, { epoch: EPOCH - 2, sha256: "cd".repeat(32) })
    assert.strictEqual(gap.evidence.atOpening.get(key(2).address)?.previous, previous)
    assert.isTrue(needsReportBefore(key(2).address, gap.evidence))
    assert.isFalse(needsReportBefore(key(1).address, gap.evidence))
    assert.deepStrictEqual(kindsOf(gap), [])
    assert.deepStrictEqual(kindsOf(changed(gap, { servedBefore: [] })), [["chain of hashes unknown", "missing", 2]])
    assert.deepStrictEqual(kindsOf(committed(gap, "atOpening", 2, { previous: "ef".repeat(32) })), [
      ["broken chain of hashes", "missing", 2]
    ])
    const forgotten = new Map(gap.evidence.before)
    forgotten.delete(key(2).address)
    assert.deepStrictEqual(kindsOf(changed(gap, { before: forgotten, servedBefore: [] })), [["chain of hashes unknown", "missing", 2]])
  })

  it("finds two reports of one epoch, with a proof, whether or not validators knew of them", () => {
    const scene = serves(honest(), 1, signed(1), signed(1, { program: "0.1.1" }))
    const [found, ...others] = findingsOf(scene)
    assert.deepStrictEqual([found?.kind, nameOf(found?.validator ?? null)], ["equivocation", 1])
    assert.isTrue(Schema.is(Equivocation)(found?.proof))
    assert.include(found?.text, `given by ${key(1).address}`)
    assert.include(found?.text, `given by ${key(2).address}`)
    // An axon that was queried twice is named once.
    const twice = findingsOf(changed(scene, { served: [...scene.evidence.served, ...scene.evidence.served] }))
    assert.deepStrictEqual(twice[0]?.text, found?.text)
    // All validators have counted the committed report, and did not know of the other one.
    assert.deepStrictEqual(others, [])
    // Had they known, they would not have committed to have it.
    assert.deepStrictEqual(kindsOf(countedWithout(scene, 1)), [["equivocation", "wrong", 1]])
    // Two signatures over the same bytes are not a second report.
    assert.deepStrictEqual(kindsOf(serves(honest(), 1, signed(1), signed(1))), [])
  })

  it.effect("takes a proven equivocation from whoever brings it, and nothing that is not proven", () =>
    Effect.gen(function* () {
      const scene = honest()
      const proofOf = (index: number, change: Partial<Report> = {}) => {
        const [one, other] = [report(index, change), report(index, { ...change, program: "0.1.1" })].map((body) => {
          const { signature } = decode(textOf(body, key(index)))
          return { sha256: reportHash(body), signature }
        })
        return one === undefined || other === undefined ? undefined : equivocationOf(reportStatement(report(index, change)), one, other)
      }
      const stranger = 4
      const about = {
        ...scene.evidence,
        electorate: { ...scene.evidence.electorate, voters: scene.evidence.electorate.voters.slice(0, stranger) }
      }
      const told = [
        JSON.stringify({ equivocations: [proofOf(2, { epoch: EPOCH - 1 }), proofOf(stranger), { ...proofOf(3), signer: key(2).address }] }),
        JSON.stringify({ equivocations: "none" }),
        "<html>",
        JSON.stringify({ equivocations: [proofOf(1)], more: true })
      ]
      const peers = Layer.mock(PeerReports, {
        evidence: ({ port }) =>
          Effect.fromNullable(told[port - 1]).pipe(Effect.mapError(() => new ReportNotFetched({ ip: "", port, reason: "slow" })))
      })
      const targets = [1, 2, 3, 4, 5].map((port) => ({ ip: "192.0.2.1", port, hotkey: key(0).address }))
      const proofs = yield* Effect.provide(gatherProofs(targets, about), peers)
      assert.deepStrictEqual([...proofs.keys()], [key(1).address])
      // Its axon and all others still serve one report.
      const [found, ...others] = findingsOf(changed(countedWithout(scene, 1), { proofs }))
      assert.deepStrictEqual(
        [found?.kind, nameOf(found?.validator ?? null), found?.proof, others],
        ["equivocation", 1, proofs.get(key(1).address), []]
      )
    })
  )

  it("finds weights that do not follow, and says how they differ", () => {
    const [found, ...others] = findingsOf(weighs(honest(), 3, { _tag: "Weights", ...CONTRARY }))
    assert.deepStrictEqual([found?.kind, nameOf(found?.validator ?? null), others], ["weights differ", 3, []])
    assert.match(found?.text ?? "", /UID 2 has 0 instead of 65535, UID \d has/)
    const own = honest().weights.get(key(3).address)
    if (own?._tag !== "Weights") return assert.fail("there are weights")
    const byOne = { ...own, values: own.values.map((value, index) => (index === 0 ? value + 1 : value)) }
    assert.deepStrictEqual(kindsOf(weighs(honest(), 3, byOne)), [["weights differ", "wrong", 3]])
  })

  it("counts what most have committed to have, compares nothing without one of these, and says what it lacks", () => {
    // The median of UID 1 is 20,000; without the first validator's report it is 30,000.
    const scene = honest({ values: [10_000, 20_000, 30_000, 40_000, 50_000].map((value) => [value, 400_000]) })
    const all = scene.evidence.served.filter(({ of, from }) => of === from).map(({ text }) => decode(text).body)
    const without0 = weightsFrom(EPOCH, scene.evidence.electorate, all.slice(1))
    assert.deepStrictEqual(kindsOf(weighs(scene, 4, without0)), [["weights differ", "wrong", 4]])
    const held = weighs(serves(scene, 4, undefined), 0, { _tag: "Weights", ...CONTRARY })
    assert.deepStrictEqual(kindsOf(held), [
      ["no report", "missing", 4],
      ["weights not compared", "missing", null]
    ])
    // UID 4 was measured by a tenth of the stake: it has what it had before, which nobody may give.
    const unmeasured = honest({ values: VALUES.map((values, index) => (index < 4 ? values.with(3, null) : values)) })
    assert.deepStrictEqual(kindsOf(unmeasured), [])
    assert.deepStrictEqual(kindsOf(weighs({ ...unmeasured, previous: undefined }, 0, { _tag: "Weights", ...CONTRARY })), [
      ["weights not compared", "missing", null]
    ])
    // An earlier index has not written down which reports count.
    assert.deepStrictEqual(kindsOf(weighs(changed(scene, { atSettling: undefined }), 0, { _tag: "Weights", ...CONTRARY })), [
      ["weights not compared", "missing", null]
    ])
    const absent = honest({ conducts: [...HONEST.conducts.slice(0, 4), "is absent"] })
    assert.deepStrictEqual(kindsOf(weighs(absent, 4, { _tag: "Weights", ...CONTRARY })), [
      ["no report", "missing", 4],
      ["weights of its own", "missing", 4]
    ])
    assert.deepStrictEqual(kindsOf(weighs(scene, 1, { _tag: "NotRevealed" })), [["weights not revealed", "missing", 1]])
    assert.deepStrictEqual(kindsOf(weighs(scene, 1, { _tag: "None" })), [["no weights", "missing", 1]])
    assert.deepStrictEqual(kindsOf({ ...scene, facts: { missing: "the contract" } }), [["weights not compared", "missing", null]])
  })

  it.effect("takes the settlement before from whoever has it, and asks nobody again who does not answer", () =>
    Effect.gen(function* () {
      const other = { ...SETTLED, roster: "cd".repeat(32) }
      const texts = [
        Schema.encodeSync(Schema.parseJson(Settlement))(other),
        "<html>",
        Schema.encodeSync(Schema.parseJson(Settlement))(SETTLED)
      ]
      const asked: Array<string> = []
      const peers = (silent: ReadonlyArray<number>) =>
        Layer.mock(PeerReports, {
          settlement: ({ port }, epoch) => {
            asked.push(`${port} ${epoch}`)
            const text = silent.includes(port) || epoch !== SETTLED.epoch ? undefined : texts[port]
            const reason = silent.includes(port) ? "slow" : "refused"
            return text === undefined ? Effect.fail(new ReportNotFetched({ ip: "", port, reason })) : Effect.succeed(text)
          }
        })
      const axons = [0, 1, 2].map((port) => ({ ip: "192.0.2.1", port, hotkey: key(port).address }))
      const fetched = (silent: ReadonlyArray<number>) =>
        Effect.provide(fetchSettlement(settlementHash(SETTLED), EPOCH + 1, axons), peers(silent))
      assert.deepStrictEqual(yield* fetched([1]), SETTLED)
      assert.deepStrictEqual(asked, ["0 20", "1 20", "2 20", "0 19", "2 19"])
      assert.isUndefined(yield* fetched([2]))
    })
  )

  it("names commitments that are late, changed, or not kept", () => {
    const late = honest({ conducts: ["reports", "reports", "reports", "reports", "commits late"] })
    assert.deepStrictEqual(
      findingsOf(late).map(({ kind }) => kind),
      ["late commitment", "no commitment"]
    )
    assert.deepStrictEqual(kindsOf(committed(honest(), "atEnd", 1, { sha256: "cd".repeat(32) })), [["two commitments", "missing", 1]])
    assert.deepStrictEqual(kindsOf(committed(honest(), "atEnd", 1, { epoch: EPOCH + 1, sha256: "cd".repeat(32) })), [])
    assert.deepStrictEqual(kindsOf(serves(honest(), 1, undefined))[0], ["no report", "missing", 1])
  })

  it("names reports of something else", () => {
    const firstOf = (scene: Scene) => kindsOf(scene)[0]
    assert.deepStrictEqual(firstOf(reports(honest(), 1, { block: 7_201 })), ["another block", "wrong", 1])
    assert.deepStrictEqual(firstOf(reports(honest(), 1, { roster: "cd".repeat(32) })), ["roster not in force", "missing", 1])
    assert.deepStrictEqual(firstOf(serves(honest(), 1, signed(1, { netuid: 75 }))), ["another subnet", "missing", 1])
    assert.deepStrictEqual(kindsOf(serves(honest(), 1, signed(1), signed(2))), [["another report", "missing", 1]])
    assert.deepStrictEqual(kindsOf(serves(honest(), 1, signed(1), signed(1, { epoch: EPOCH - 1 }))), [["another report", "missing", 1]])
    assert.deepStrictEqual(kindsOf(serves(honest(), 1, signed(1), "<html>")), [["not a report", "missing", 1]])
    assert.deepStrictEqual(kindsOf(serves(honest(), 1, signed(1), `${signed(1)} `)), [["not a report", "missing", 1]])
  })

  it("accuses nobody where all went on with the roster before, and one of them has lost its folder", () => {
    const before = "cd".repeat(32)
    const scene = committed(changed(honest(), { committedRoster: before }), "atOpening", 4, { previous: NO_REPORT })
    const found = findingsOf(committed(scene, "atEnd", 4, { previous: NO_REPORT }))
    assert.deepStrictEqual(
      found.filter(({ severity }) => severity === "wrong"),
      []
    )
    assert.deepStrictEqual(
      found.map(({ kind }) => kind),
      [...Array(5).fill("roster not in force"), "broken chain of hashes"]
    )
    // So is one that reports by one of its own where nobody is committed to any.
    const split = reports(changed(honest(), { committedRoster: undefined }), 0, { roster: before })
    assert.deepStrictEqual(
      kindsOf(split).filter(([kind]) => kind === "roster not in force"),
      [["roster not in force", "missing", 0]]
    )
  })

  it("says when there is no quorum, or nobody earned anything, and accuses nobody of weights then", () => {
    const few = honest({ conducts: ["is absent", "is absent", "reports", "reports", "reports"] })
    const kinds = kindsOf(weighs(few, 2, { _tag: "Weights", ...CONTRARY }))
    assert.deepInclude(kinds, ["no quorum", "missing", null])
    assert.isFalse(kinds.some(([, severity]) => severity === "wrong"))
    const poor = honest({ values: VALUES.map(() => [0, 0, 0]) })
    assert.deepStrictEqual(kindsOf(poor), [["nobody earned", "missing", null]])
  })
})

/** The signed document of a validator's findings: its guarantees, and refused documents. */
import { assert, describe, it } from "@effect/vitest"
import { Either, Schema } from "effect"
import { canonicalJson } from "../../../src/domain/canonicalJson.ts"
import { IssueId } from "../../../src/domain/Enrolment.ts"
import { JudgeName } from "../../../src/domain/quality/Duel.ts"
import { checkedQuality, qualityDocument, qualityIndex, shownRecord, signedQuality } from "../../../src/domain/quality/QualityDocument.ts"
import { CommitHash } from "../../../src/domain/quality/QualityRecord.ts"
import { BOB } from "../../support/api/seed.ts"
import { ANSWERS, COSTS, heldDuel, issueDuels, JURORS } from "../../support/quality/duels.ts"
import {
  about,
  commit,
  finding,
  passedGate,
  qualityRecord,
  second,
  signedText,
  speakers,
  subjectOf,
  verified
} from "../../support/quality/records.ts"

const MAX_QUALITY_BYTES = 1_048_576

const [ANN, BEA] = speakers as [(typeof speakers)[number], (typeof speakers)[number]]
const subject = subjectOf(ANN)
const NOW = second(60)

const checked = (text: string, now = NOW) => checkedQuality(text, subject, now)

/** The reason why a text is refused. */
const refusal = (text: string, now = NOW): string =>
  Either.match(checked(text, now), { onLeft: (why) => why, onRight: () => assert.fail("it is taken") })

/** A body signed by its validator unchanged, whatever the program itself would sign. */
const signedAs = (change: object): string => {
  const body = { ...qualityDocument(subject, [qualityRecord()]), ...change }
  const hash = new Bun.CryptoHasher("sha256").update(canonicalJson(body)).digest("hex")
  const lines = ["gittensor/quality/v1", `genesis ${about.genesis}`, "netuid 74", `contract ${about.contract}`, "issue 1"]
  const signature = ANN.signText([...lines, `validator ${ANN.address}`, `sha256 ${hash}`].join("\n"))
  return canonicalJson({ body, signature })
}

const encoded = JSON.parse(canonicalJson(shownRecord(qualityRecord())))

describe("a validator's findings", () => {
  it("come back as they were signed", () => {
    const records = [
      qualityRecord(),
      qualityRecord({
        head: { hotkey: BOB, number: 78, commit: commit("c") },
        state: "rejected",
        fault: "miner",
        reason: "it is a copy",
        gate: { ...passedGate, passed: false, fault: "miner", findings: [finding] },
        verification: null,
        at: second(30)
      })
    ]
    const document = Either.getOrThrow(checked(signedText(ANN, records)))
    assert.strictEqual(document.at, second(30))
    assert.sameDeepMembers([...document.records], records.map(shownRecord))
    assert.deepStrictEqual(document.records.find(({ head }) => head.hotkey === BOB)?.gate?.found, 1)
  })

  it("are refused if somebody else signed them, or for another validator, issue, contract, subnet or chain", () => {
    const records = [qualityRecord()]
    assert.isTrue(Either.isRight(checked(signedText(ANN, records))))
    assert.strictEqual(refusal(signedText(BEA, records)), `it is by ${BEA.address}`)
    assert.include(refusal(signedText(ANN, records).replace('"verdict":"verified"', '"verdict":"broken"')), "its signature is not by")
    assert.include(refusal(signedText(BEA, records).replaceAll(BEA.address, ANN.address)), "its signature is not by")
    const other = qualityRecord({ head: { issue: 2 } })
    assert.strictEqual(refusal(signedText(ANN, [other], { issue: other.head.issue })), "it is about issue 2")
    for (const change of [{ contract: BEA.address }, { netuid: 75 }, { genesis: about.genesis.replace(/0$/, "1") as typeof about.genesis }])
      assert.strictEqual(refusal(signedText(ANN, records, change)), "it is about another subnet or contract")
  })

  it("are refused if their clock is far ahead, so that nobody can shut out what it says later", () => {
    const text = signedText(ANN, [qualityRecord({ at: second(700) })])
    assert.isTrue(Either.isRight(checked(text, second(100))))
    assert.strictEqual(refusal(text, second(99)), "it is from the future")
  })

  it("are refused if they contradict themselves", () => {
    assert.isTrue(Either.isRight(checked(signedAs({}))))
    assert.include(refusal(signedAs({ records: [] })), "records")
    assert.include(refusal(signedAs({ records: [encoded, encoded] })), "a head has two records")
    const renamed = { ...encoded, head: { ...encoded.head, repository: "ACME/Widgets" } }
    assert.include(refusal(signedAs({ records: [encoded, renamed] })), "a head has two records")
    assert.include(refusal(signedAs({ records: [{ ...encoded, head: { ...encoded.head, issue: 2 } }] })), "a record is of another issue")
    assert.include(refusal(signedAs({ at: second(26) })), "the time is not that of the newest record")
    assert.include(refusal(signedAs({ records: [{ ...encoded, seenAt: encoded.at + 1 }] })), "a state is older than its head")
  })

  it("are refused beyond their limits, whoever signed them", () => {
    const many = Array.from({ length: 101 }, (_, index) => ({ ...encoded, head: { ...encoded.head, number: index + 1 } }))
    assert.include(refusal(signedAs({ records: many })), "records")
    const wrong: ReadonlyArray<object> = [
      { gate: { ...encoded.gate, findings: [{ ...finding, shown: "x".repeat(301) }] } },
      { gate: { ...encoded.gate, findings: Array.from({ length: 31 }, () => finding) } },
      { gate: { ...encoded.gate, files: -1 } },
      { gate: { ...encoded.gate, findings: [{ ...finding, check: "constructor" }] } },
      { verification: { ...verified, failToPass: { count: 1, first: ["x".repeat(301)] } } },
      { verification: { ...verified, failToPass: { count: 101, first: Array.from({ length: 101 }, String) } } },
      { reason: "x".repeat(2_001) },
      { state: "won" },
      { head: { ...encoded.head, commit: "main" } },
      { head: { ...encoded.head, repository: "../../etc" } },
      { at: 1.5 },
      { at: 9e15 }
    ]
    for (const change of wrong) {
      const record = { ...encoded, ...change }
      assert.isString(refusal(signedAs({ at: record.at, records: [record] })), JSON.stringify(change).slice(0, 80))
    }
  })

  it("are refused if they are no document", () => {
    const good = signedText(ANN, [qualityRecord()])
    const texts = ["", "null", "[]", "\0", '{"body":{},"signature":"0x"}', `${good} `, good.replace("{", '{"more":1,'), "[".repeat(500_000)]
    for (const text of [...texts, "x".repeat(MAX_QUALITY_BYTES + 1)]) assert.isString(refusal(text))
  })
})

describe("what a validator shows", () => {
  it("cuts what strangers made long, and says how much there is", () => {
    const shown = shownRecord(
      qualityRecord({
        reason: "r".repeat(2_000),
        gate: {
          ...passedGate,
          findings: Array.from({ length: 40 }, () => ({ ...finding, path: `a\nb${"👩".repeat(400)}`, shown: "\u0000\u001b[31m" }))
        },
        verification: {
          ...verified,
          failToPass: { count: 4_000, first: Array.from({ length: 100 }, () => `test ${"n".repeat(290)}`) }
        }
      })
    )
    assert.deepStrictEqual([shown.gate?.found, shown.gate?.findings.length], [40, 30])
    const [first] = shown.gate?.findings ?? []
    assert.match(first?.path ?? "", /^a b👩+…$/u)
    assert.isAtMost(first?.path?.length ?? 0, 300)
    assert.strictEqual(first?.shown, "  [31m")
    assert.deepStrictEqual([shown.verification?.failToPass.count, shown.verification?.failToPass.first.length], [4_000, 50])
    assert.strictEqual(shown.verification?.failToPass.first[0]?.length, 200)
    assert.strictEqual(shown.reason?.length, 1_000)
  })

  it("fits the limit, and gives each competitor its newest heads however many the other has", () => {
    const long = { count: 100, first: Array.from({ length: 100 }, () => "\u3042".repeat(300)) }
    const worst = {
      ...verified,
      failToPass: long,
      broken: long,
      flaky: long,
      own: { failToPass: long, failing: long, removed: long, skipped: long, hidden: long }
    }
    const flood = Array.from({ length: 150 }, (_, index) =>
      qualityRecord({ head: { commit: index.toString(16).padStart(40, "0") }, seenAt: second(index), at: second(200), verification: worst })
    )
    const other = qualityRecord({ head: { hotkey: BOB, number: 78, commit: commit("c") }, seenAt: second(1), at: second(2) })
    const body = qualityDocument(subject, [...flood, other]) ?? assert.fail("there are records")
    const text = Schema.encodeSync(signedQuality.Text)(signedQuality.sign(body, ANN))
    assert.isAtMost(Buffer.byteLength(text), MAX_QUALITY_BYTES)
    assert.isTrue(Either.isRight(checked(text, second(200))))
    assert.include(
      body.records.map(({ head }) => head.hotkey),
      other.head.hotkey
    )
    const seen = body.records.filter(({ head }) => head.hotkey !== other.head.hotkey).map(({ seenAt }) => seenAt)
    assert.deepStrictEqual(seen.slice(0, 2), [second(149), second(148)])
    assert.lengthOf(
      qualityDocument(
        subject,
        flood.map((one) => ({ ...one, verification: null }))
      )?.records ?? [],
      100
    )
  })

  it("is nothing where there are no records, and survives a clock that was set back", () => {
    assert.isUndefined(qualityDocument(subject, []))
    assert.isUndefined(qualityDocument(subject, [qualityRecord({ head: { issue: 2 } })]))
    const back = qualityRecord({ seenAt: second(30), at: second(20) })
    assert.isTrue(Either.isRight(checked(signedText(ANN, [back]))))
  })

  it("lists the issues with their newest finding, the newest first", () => {
    const records = [qualityRecord(), qualityRecord({ at: second(40) }), qualityRecord({ head: { issue: 7 }, at: second(50) })]
    assert.deepStrictEqual(
      qualityIndex(records).issues.map(({ issue, at }) => [issue, at]),
      [
        [7, second(50)],
        [1, second(40)]
      ]
    )
  })

  it("has the duels with both orders of every answer, who judged, and what it cost", () => {
    const held = issueDuels(heldDuel())
    const document = Either.getOrThrow(checked(signedText(ANN, [qualityRecord()], {}, held)))
    const [duel] = document.duels ?? []
    assert.deepStrictEqual([document.at, duel?.outcome?.result, duel?.cost], [second(35), "a", 1_234])
    assert.deepStrictEqual(
      duel?.answers.map(({ judge, order, state, artefacts }) => [judge, order, state, artefacts.length]),
      [
        ["fair", "ab", "answered", 2],
        ["fair", "ba", "answered", 2],
        ["first", "ab", "answered", 2],
        ["first", "ba", "answered", 2],
        ["refusing", "ab", "refused", 2]
      ]
    )
    assert.deepStrictEqual(duel?.jurors, JURORS)
    assert.deepStrictEqual(document.costs, COSTS)
    // An answer's text is an artefact, and not in the document.
    assert.notInclude(JSON.stringify(document), "I cannot help")
  })

  it("says of a duel that goes on only between whom, so that no judge's answer is known before the others'", () => {
    const going = heldDuel({ duel: { outcome: null, endedAt: null, jurors: [] } })
    const { duels: [duel] = [], at } = Either.getOrThrow(checked(signedText(ANN, [qualityRecord()], {}, issueDuels(going))))
    assert.deepStrictEqual([duel?.endedAt, duel?.answers, at], [null, [], second(30)])
  })

  it("is the same as before where there are no duels, and never too long, however many there are", () => {
    const without = signedText(ANN, [qualityRecord()])
    assert.notInclude(without, "duels")
    const many = Array.from({ length: 60 }, (_, index) =>
      heldDuel({
        answers: Array.from({ length: 8 }, () => ANSWERS)
          .flat()
          .map((one, place) => ({ ...one, judge: JudgeName.make(`judge-${place}`), reason: "\u3042".repeat(2_000) })),
        duel: {
          jurors: [],
          pair: { ...heldDuel().duel.pair, a: { ...heldDuel().duel.pair.a, commit: CommitHash.make(String(index).padStart(40, "0")) } },
          begunAt: second(index),
          endedAt: second(index)
        }
      })
    )
    const text = signedText(ANN, [qualityRecord()], {}, issueDuels(...many))
    assert.isAtMost(Buffer.byteLength(text), MAX_QUALITY_BYTES)
    const { duels = [], records } = Either.getOrThrow(checked(text, second(100)))
    assert.lengthOf(records, 1)
    assert.deepStrictEqual(duels[0]?.begunAt, second(59))
    assert.isAbove(duels.length, 1)
    assert.isBelow(duels.length, 20)
  })

  it("is refused with a duel that contradicts itself, or is of another issue", () => {
    const body = (change: object) => {
      const [duel] = Either.getOrThrow(checked(signedText(ANN, [qualityRecord()], {}, issueDuels(heldDuel())))).duels ?? []
      return refusal(signedAs({ at: second(35), duels: [{ ...duel, ...change }] }))
    }
    assert.include(body({ endedAt: null }), "it goes on, and has a result")
    assert.include(body({ reason: "both" }), "either an outcome or a reason")
    assert.include(body({ endedAt: second(29) }), "it ended before it began")
    assert.include(body({ a: qualityRecord({ head: { issue: 2 } }).head }), "of two issues")
    const other = { a: qualityRecord({ head: { issue: 2 } }).head, b: qualityRecord({ head: { issue: 2, number: 78 } }).head }
    assert.include(body(other), "a duel is of another issue")
  })

  it("lists an issue anew when a duel of it changed", () => {
    const changes = [
      { issue: IssueId.make(1), at: second(70) },
      { issue: IssueId.make(9), at: second(80) }
    ]
    assert.deepStrictEqual(qualityIndex([qualityRecord()], changes).issues, [{ issue: IssueId.make(1), at: second(70) }])
  })
})

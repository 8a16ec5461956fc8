/** A report's bytes: the signed and committed form, and refused documents. */
import { assert, describe, it } from "@effect/vitest"
import { Either, Schema } from "effect"
import * as fc from "fast-check"
import { Hash32 } from "../../../src/domain/Account.ts"
import { canonicalJson } from "../../../src/domain/canonicalJson.ts"
import { problemOf } from "../../../src/domain/jsonProblem.ts"
import { fromSeed } from "../../../src/domain/KeyPair.ts"
import { REPORT_FORMAT, type Report, reportHash, signedReport } from "../../../src/domain/Report.ts"
import { recordsRoot } from "../../../src/domain/ScoredRecord.ts"
import { verifyText } from "../../../src/domain/Signature.ts"
import { hotkey } from "../../support/rules/world.ts"
import { records } from "../../support/validator/reports.ts"

const key = fromSeed(new Uint8Array(32).fill(7))
const edKey = fromSeed(new Uint8Array(32).fill(7), "ed25519")

const report = (more: Partial<Report> = {}): Report => ({
  format: REPORT_FORMAT,
  netuid: 74,
  genesis: Hash32.make(`0x${"ab".repeat(32)}`),
  epoch: 20_000,
  block: 7_200_000,
  roster: "0".repeat(64),
  program: "0.1.0",
  validator: key.address,
  scores: [
    { uid: 0, hotkey: hotkey(0), value: 400_000 },
    { uid: 3, hotkey: hotkey(3), value: 600_000 },
    { uid: 5, hotkey: hotkey(5), value: null }
  ],
  leaves: 0,
  root: recordsRoot([]),
  ...more
})

const decode = Schema.decodeUnknownEither(signedReport.Text)
const encode = Schema.encodeSync(signedReport.Text)
const whyNot = (text: string): string => Either.match(decode(text), { onLeft: problemOf, onRight: () => "it is accepted" })

/** A document with a valid signature over any content, in canonical form. */
const forged = (more: object) => {
  const signed = signedReport.sign(report(), key)
  return canonicalJson({ body: { ...signed.body, ...more }, signature: signed.signature })
}

describe("a report", () => {
  it("has canonical bytes, and signs six lines of which the last has the body's hash", () => {
    const signed = signedReport.sign(report(), key)
    const scores = [
      `{"hotkey":"${hotkey(0)}","uid":0,"value":400000}`,
      `{"hotkey":"${hotkey(3)}","uid":3,"value":600000}`,
      `{"hotkey":"${hotkey(5)}","uid":5,"value":null}`
    ].join(",")
    const body = `{"block":7200000,"epoch":20000,"format":"gittensor/report/v1","genesis":"0x${"ab".repeat(32)}","leaves":0,"netuid":74,"program":"0.1.0","root":"${recordsRoot([])}","roster":"${"0".repeat(64)}","scores":[${scores}],"validator":"${key.address}"}`
    assert.strictEqual(encode(signed), `{"body":${body},"signature":"${signed.signature}"}`)
    const hash = new Bun.CryptoHasher("sha256").update(body).digest("hex")
    assert.strictEqual(reportHash(report()), hash)
    const lines = [
      "gittensor/report/v1",
      `genesis 0x${"ab".repeat(32)}`,
      "netuid 74",
      "epoch 20000",
      `validator ${key.address}`,
      `sha256 ${hash}`
    ]
    assert.isTrue(verifyText(lines.join("\n"), signed.signature, key.address))
  })

  it("has one hash, whatever its signature, and may be signed by either kind of key", () => {
    const [first, second] = [signedReport.sign(report(), key), signedReport.sign(report(), key)]
    assert.notStrictEqual(first.signature, second.signature)
    for (const one of [first, second]) assert.deepStrictEqual(decode(encode(one)), Either.right(one))
    const other = signedReport.sign(report({ validator: edKey.address }), edKey)
    assert.deepStrictEqual(decode(encode(other)), Either.right(other))
  })

  it("is refused when any byte has changed", () => {
    const text = encode(signedReport.sign(report(), key))
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 32, max: 126 }), (at, code) => {
        const changed = `${text.slice(0, at)}${String.fromCharCode(code)}${text.slice(at + 1)}`
        fc.pre(changed !== text)
        assert.isTrue(Either.isLeft(decode(changed)), changed)
      }),
      { numRuns: 150 }
    )
    for (const changed of [text.slice(0, -1), `${text} `, ` ${text}`, "", "null", text.replace(":74", ":75")])
      assert.isTrue(Either.isLeft(decode(changed)), changed)
  })

  it("names its UIDs once, in rising order, with values from 1 to a million or null", () => {
    const [first, second] = [
      { uid: 1, hotkey: hotkey(1), value: 5 },
      { uid: 2, hotkey: hotkey(2), value: 5 }
    ]
    const wrong: ReadonlyArray<readonly [object, RegExp]> = [
      [{ scores: [second, first] }, /scores\[1\]\.uid: .*sorted by rising UID/],
      [{ scores: [first, { ...second, uid: 1 }] }, /scores\[1\]\.uid: .*each once/],
      [{ scores: [{ ...first, value: 0 }] }, /scores\[0\]\.value/],
      [{ scores: [{ ...first, value: 1_000_001 }] }, /scores\[0\]\.value/],
      [{ scores: [{ ...first, value: 1.5 }] }, /scores\[0\]\.value/],
      [{ scores: [{ ...first, value: -1 }] }, /scores\[0\]\.value/],
      [{ scores: [{ ...first, uid: 65_536 }] }, /scores\[0\]\.uid/],
      [{ scores: [{ uid: 1, hotkey: hotkey(1) }] }, /scores\[0\]\.value/],
      [{ scores: [{ ...first, hotkey: "5" }] }, /scores\[0\]\.hotkey/]
    ]
    for (const [more, why] of wrong) assert.match(whyNot(forged(more)), why)
  })

  it("is refused with other fields, other formats, other lines, or more than its size", () => {
    const wrong: ReadonlyArray<readonly [object, RegExp]> = [
      [{ note: "x" }, /canonical form/],
      [{ format: "gittensor/report/v2" }, /format/],
      [{ genesis: `0x${"ab".repeat(32)}\nnetuid 75` }, /genesis/],
      [{ genesis: `0x${"AB".repeat(32)}` }, /genesis/],
      [{ program: "0.1.0\n" }, /program/],
      [{ program: "x".repeat(65) }, /program/],
      [{ root: "00" }, /root/],
      [{ leaves: -1 }, /leaves/],
      [{ leaves: 2 ** 32 }, /leaves/],
      [{ leaves: 1 }, /its signature is not by/],
      [{ roster: "" }, /roster/],
      [{ epoch: -1 }, /epoch/],
      [{ validator: "nobody" }, /validator/],
      [{ validator: hotkey(3) }, /its signature is not by/],
      [{ epoch: 20_001 }, /its signature is not by/]
    ]
    for (const [more, why] of wrong) assert.match(whyNot(forged(more)), why)
    const scores = Array.from({ length: 4_097 }, (_, uid) => ({ uid, hotkey: hotkey(uid % 256), value: 1 }))
    assert.match(whyNot(forged({ scores })), /scores/)
    assert.match(whyNot(`${" ".repeat(500_000)}`), /at most 410600|410[,]?600 character/)
  })

  it("may hold the largest subnet", () => {
    const scores = Array.from({ length: 4_096 }, (_, uid) => ({ uid, hotkey: hotkey(uid % 256), value: 1_000_000 }))
    const signed = signedReport.sign(
      report({
        scores,
        program: "x".repeat(64),
        netuid: 65_535,
        epoch: Number.MAX_SAFE_INTEGER,
        block: Number.MAX_SAFE_INTEGER,
        leaves: 2 ** 32 - 1
      }),
      key
    )
    assert.deepStrictEqual(decode(encode(signed)), Either.right(signed))
  })

  it("has a root that any change of a record changes", () => {
    const all = records(5)
    const roots = new Set([
      recordsRoot(all),
      recordsRoot([]),
      recordsRoot(all.slice(1)),
      recordsRoot(all.toReversed()),
      ...all.map((record, index) => recordsRoot(all.with(index, { ...record, score: record.score + 0.01 })))
    ])
    assert.strictEqual(roots.size, 9)
  })
})

/** A report's bytes: the signed and committed form, and refused documents. */
import { assert, describe, it } from "@effect/vitest"
import { Either, Schema } from "effect"
import * as fc from "fast-check"
import { Hash32 } from "../../../src/domain/Account.ts"
import { canonicalJson } from "../../../src/domain/canonicalJson.ts"
import { problemOf } from "../../../src/domain/jsonProblem.ts"
import { fromSeed } from "../../../src/domain/KeyPair.ts"
import { REPORT_FORMAT, type Report, reportHash, signedReport } from "../../../src/domain/Report.ts"
import { verifyText } from "../../../src/domain/Signature.ts"
import { hotkey } from "../../support/rules/world.ts"
import { minersWith, said } from "../../support/validator/reports.ts"

const key = fromSeed(new Uint8Array(32).fill(7))
const edKey = fromSeed(new Uint8Array(32).fill(7), "ed25519")

const ROOT = "0e".repeat(32)

const report = (more: Partial<Report> = {}): Report => ({
  format: REPORT_FORMAT,
  netuid: 74,
  genesis: Hash32.make(`0x${"ab".repeat(32)}`),
  epoch: 20_000,
  block: 7_200_000,
  roster: "0".repeat(64),
  program: "0.1.0",
  validator: key.address,
  ...said(
    minersWith([
      { uid: 3, hotkey: hotkey(3), value: 600_000 },
      { uid: 5, hotkey: hotkey(5), value: null }
    ])
  ),
  leaves: 0,
  root: ROOT,
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

/** 256 miners with this many cells each. */
const largest = (cells: number): Report["miners"] =>
  Array.from({ length: 256 }, (_, uid) => ({
    uid,
    hotkey: hotkey(uid),
    cells: Array.from({ length: cells }, (_, index) => ({
      repository: `some-organisation/project-${10 + index}`,
      side: "author" as const,
      sum: 123_456_789,
      less: 0,
      full: 0
    }))
  }))

describe("a report", () => {
  it("has canonical bytes, and signs six lines of which the last has the body's hash", () => {
    const signed = signedReport.sign(report(), key)
    const cell = `{"full":0,"less":0,"repository":"acme/gadgets","side":"author","sum":600000}`
    const miners = [`{"cells":[${cell}],"hotkey":"${hotkey(3)}","uid":3}`, `{"cells":null,"hotkey":"${hotkey(5)}","uid":5}`].join(",")
    const body = `{"block":7200000,"epoch":20000,"format":"gittensor/report/v1","genesis":"0x${"ab".repeat(32)}","leaves":0,"miners":[${miners}],"netuid":74,"program":"0.1.0","repositories":[],"root":"${ROOT}","roster":"${"0".repeat(64)}","settlement":null,"validator":"${key.address}"}`
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

  it("names miners, cells and repositories once, in rising order, with whole millionths or null", () => {
    const cell = { repository: "acme/gadgets", side: "author", sum: 5, less: 0, full: 0 }
    const [first, second] = [1, 2].map((uid) => ({ uid, hotkey: hotkey(uid), cells: [cell] }))
    const cells = (...all: ReadonlyArray<unknown>) => ({ miners: [{ ...first, cells: all }] })
    const wrong: ReadonlyArray<readonly [object, RegExp]> = [
      [{ miners: [second, first] }, /miners\[1\]\.uid: .*sorted by rising UID/],
      [{ miners: [first, { ...second, uid: 1 }] }, /miners\[1\]\.uid: .*each once/],
      [{ miners: [{ ...first, uid: 65_536 }] }, /miners\[0\]\.uid/],
      [{ miners: [{ ...first, hotkey: "5" }] }, /miners\[0\]\.hotkey/],
      [{ miners: [{ uid: 1, hotkey: hotkey(1) }] }, /miners\[0\]\.cells/],
      [cells({ ...cell, sum: 1.5 }), /cells\[0\]\.sum/],
      [cells({ ...cell, sum: -1 }), /cells\[0\]\.sum/],
      [cells({ ...cell, less: 1e15 + 1 }), /cells\[0\]\.less/],
      [cells({ ...cell, side: "both" }), /cells\[0\]\.side/],
      [cells({ ...cell, repository: "Acme/gadgets" }), /cells\[0\]\.repository/],
      [cells({ ...cell, side: "finder" }, cell), /sorted by repository and side/],
      [cells(cell, cell), /each once/],
      [{ repositories: ["b/b", "a/a"].map((repository) => ({ repository, maintainers: null, lost: 0 })) }, /sorted by name/],
      [{ repositories: [{ repository: "a/a", maintainers: [], lost: 1_001 }] }, /lost/],
      [{ settlement: "none" }, /settlement/]
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
    assert.match(whyNot(forged({ miners: largest(33) })), /more than 8192 score entries/)
    assert.match(whyNot(`${" ".repeat(1_100_000)}`), /at most 1048576|1[,]?048[,]?576 character/)
  })

  it("may hold the largest subnet", () => {
    const signed = signedReport.sign(
      report({
        miners: largest(32),
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
})

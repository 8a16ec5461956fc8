/** An audit's findings about cells that a report leaves out. */
import { assert, describe, it } from "@effect/vitest"
import { examineCells } from "../../../src/consensus/audit/examineCells.ts"
import type { ReportedMiner } from "../../../src/domain/Report.ts"
import type { SettledCell } from "../../../src/domain/Settlement.ts"
import { hotkey } from "../../support/rules/world.ts"
import { report } from "../../support/validator/reports.ts"

const EPOCH = 20_000
const cell = (repository: string, sum: number | null) => ({ repository, side: "author", sum, less: 0, full: 0 }) as const
const settled = (uid: number, repository: string, more: object = {}) =>
  ({ uid, hotkey: hotkey(uid), repository, side: "author", net: 7, full: 0, measuredIn: EPOCH, ...more }) as const
const MEASURED = [settled(1, "acme/gadgets"), settled(1, "acme/site"), settled(2, "acme/gadgets")]

const found = (miners: ReadonlyArray<ReportedMiner>, cells: ReadonlyArray<SettledCell> = MEASURED) =>
  examineCells([{ ...report(EPOCH), miners }], { epoch: EPOCH, cells })
const one = { uid: 1, hotkey: hotkey(1), cells: [cell("acme/gadgets", 9), cell("acme/site", 1)] }
const two = { uid: 2, hotkey: hotkey(2), cells: [cell("acme/gadgets", 1)] }

describe("cells that most measured", () => {
  it("are named where a report leaves them out, which accuses nobody", () => {
    assert.deepStrictEqual(found([one, two]), [])
    const [rival, ...none] = found([one])
    assert.deepStrictEqual([rival?.kind, rival?.severity, none.length], ["cells left out", "missing", 0])
    assert.match(rival?.text ?? "", /lacks UID 2's score entry as author in acme\/gadgets, which most validators measured$/)
    const [more] = found([{ ...one, cells: [cell("acme/gadgets", 9)] }])
    assert.match(more?.text ?? "", /lacks UID 1's score entry as author in acme\/site and 1 more/)
    assert.lengthOf(found([one, { ...two, hotkey: hotkey(9) }]), 1, "another hotkey's")
  })

  it("are not where they were not measured, or where they are kept from an earlier settlement", () => {
    assert.deepStrictEqual(found([one, { ...two, cells: null }]), [])
    assert.deepStrictEqual(found([one, { ...two, cells: [cell("acme/gadgets", null)] }]), [])
    assert.deepStrictEqual(
      found(
        [],
        MEASURED.map((before) => ({ ...before, measuredIn: EPOCH - 1 }))
      ),
      []
    )
    assert.deepStrictEqual(found([one], [settled(2, "acme/gadgets", { net: 0, full: 4 })]), [])
  })
})

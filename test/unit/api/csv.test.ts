/** Cells of a CSV file: quoted by RFC 4180, and never a formula for a spreadsheet. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import Papa from "papaparse"
import { csvAddress } from "../../../src/dashboard/api/definition/csv.ts"
import { listsOf } from "../../../src/dashboard/api/definition/lists.ts"
import { ServedApi } from "../../../src/dashboard/api/definition/system.ts"
import { csvOf } from "../../../src/dashboard/api/server/csv.ts"

const cellsOf = (file: string) => Papa.parse<ReadonlyArray<string>>(file, { skipEmptyLines: false }).data

describe("a list as CSV", () => {
  it("brings back every text, whatever is in it, and none that a spreadsheet would run", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" }), { minLength: 1 }), (texts) => {
        const cells = cellsOf(
          csvOf(
            [["title"]],
            texts.map((title) => ({ title }))
          )
        ).slice(1, -1)
        assert.strictEqual(cells.length, texts.length)
        for (const [index, title] of texts.entries()) {
          const [cell = ""] = cells[index] ?? []
          if (/^-?\d/.test(title)) continue
          assert.notMatch(cell, /(?:^|[;|\t\r\n])[^\S\t\r\n]*[=+\-@]/)
          assert.strictEqual(cell.replaceAll("'", ""), title.replaceAll("'", ""))
        }
      })
    )
  })

  it("disarms formulas, and leaves numbers as they are", () => {
    const titles = [
      "=1+1",
      "+1",
      "-1",
      "-2.5",
      "@SUM(A1)",
      "\tx",
      "=cmd|' /C calc'!A0\nmore",
      "＝1",
      "-1+1",
      "plain",
      'a "b", c',
      "x;=1+1",
      " =1+1",
      "\u200b=1+1",
      "x\n =1",
      "a-b = c"
    ]
    assert.strictEqual(
      csvOf(
        [["title"]],
        titles.map((title) => ({ title }))
      ),
      `title\r\n'=1+1\r\n'+1\r\n-1\r\n-2.5\r\n'@SUM(A1)\r\n\tx\r\n"'=cmd|' /C calc'!A0\nmore"\r\n'＝1\r\n'-1+1\r\nplain\r\n"a ""b"", c"\r\nx;'=1+1\r\n' =1+1\r\n'\u200b=1+1\r\n"x\n' =1"\r\na-b = c\r\n`
    )
    assert.strictEqual(
      csvOf([["at", "block"], ["won"], ["form"], ["none"]], [{ at: { block: -7 }, won: true, form: ["won"], none: null }]),
      'at.block,won,form,none\r\n-7,true,"[""won""]",\r\n'
    )
  })

  it("has a column for each field of an item, also where there are no rows", () => {
    const lists = listsOf(ServedApi)
    const payouts = lists.find(({ name }) => name === "payouts")
    assert.isDefined(payouts)
    assert.include(csvOf(payouts?.fields ?? [], []), "at.block,at.time")
    for (const { name, fields } of lists) assert.isAbove(fields.length, 1, name)
    assert.strictEqual(csvAddress("/v1/issues?status=Open"), "/v1/issues.csv?status=Open")
    assert.strictEqual(csvAddress("/v1/issues"), "/v1/issues.csv")
  })
})

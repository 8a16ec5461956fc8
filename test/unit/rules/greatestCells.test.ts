/** A report's cells where there are more than it has room for: those of least value are left out, and nothing else. */
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { Report, type ReportedMiner, signedReport } from "../../../src/domain/Report.ts"
import { RosterRepositories } from "../../../src/domain/Roster.ts"
import { greatestCells } from "../../../src/rules/contributions/greatestCells.ts"
import { hotkey } from "../../support/rules/world.ts"
import { report, validator } from "../../support/validator/reports.ts"

const REPOSITORIES = 33
const nameOf = (index: number) => `acme/part-${String(index).padStart(2, "0")}`

/** The first repository has half of the pool, the others divide the rest. */
const roster = Schema.decodeUnknownSync(RosterRepositories)(
  Object.fromEntries(Array.from({ length: REPOSITORIES }, (_, index) => [nameOf(index), { emission_share: index === 0 ? 0.5 : 0.5 / 32 }]))
)

const minerOf = (uid: number): ReportedMiner => ({
  uid,
  hotkey: hotkey(uid),
  cells: Array.from({ length: REPOSITORIES }, (_, index) => ({
    repository: nameOf(index),
    side: "author" as const,
    sum: 1_000 + ((uid * 37 + index * 11) % 5_000),
    less: 0,
    full: 0
  }))
})

const all = Array.from({ length: 256 }, (_, index) => minerOf(index + 1))
const countOf = (miners: ReadonlyArray<ReportedMiner>) => miners.reduce((count, { cells }) => count + (cells?.length ?? 1), 0)
const of = (cells: number) => ({ cells, text: Number.MAX_SAFE_INTEGER })
const encode = Schema.encodeEither(Report)

describe("a report's cells", () => {
  it("are the greatest, of 256 miners in 33 repositories", () => {
    assert.isAbove(countOf(all), 8_192)
    assert.strictEqual(encode({ ...report(1), miners: all })._tag, "Left")
    const { miners, leftOut } = greatestCells({ miners: all, repositories: [] }, roster)
    assert.strictEqual(countOf(miners), 8_192)
    assert.lengthOf(leftOut, 256 * REPOSITORIES - 8_192)
    assert.strictEqual(encode({ ...report(1), miners })._tag, "Right")
    // By their part of the pool, not by their points: the repository with half of it loses none.
    assert.isFalse(leftOut.some(({ repository }) => repository === nameOf(0)))
  })

  it("are the greatest that fit into the text of a signed report, however long the names of repositories are", () => {
    const long = (name: string) => `${name}${"-".repeat(120)}`
    const longRoster = Object.fromEntries(Object.entries(roster).map(([name, one]) => [long(name), one]))
    const miners = all.slice(0, 240).map((miner) => ({
      ...miner,
      cells: (miner.cells ?? []).map((cell) => ({ ...cell, repository: long(cell.repository), sum: cell.sum ?? 0 }))
    }))
    assert.isBelow(countOf(miners), 8_192)
    const lengthOf = (some: ReadonlyArray<ReportedMiner>) =>
      Schema.encodeSync(signedReport.Text)(signedReport.sign({ ...report(1), miners: some }, validator)).length
    const found = greatestCells({ miners, repositories: [] }, longRoster)
    assert.isAbove(found.leftOut.length, 0)
    assert.isFalse(found.leftOut.some(({ repository }) => repository === long(nameOf(0))))
    const length = lengthOf(found.miners)
    assert.isAtMost(length, 1_048_576)
    assert.isAbove(length, 1_048_576 - 3_072, "no more is left out than has no room")
  })

  it("are all there where they have room, and are cut at the last alike in whatever order their values are equal", () => {
    const few = all.slice(0, 3)
    assert.deepStrictEqual(greatestCells({ miners: few, repositories: [] }, roster, of(99)), { miners: few, leftOut: [] })
    const equal = few.map((miner) => ({ ...miner, cells: (miner.cells ?? []).slice(1, 3).map((cell) => ({ ...cell, sum: 7 })) }))
    const { miners, leftOut } = greatestCells({ miners: equal, repositories: [] }, roster, of(3))
    assert.deepStrictEqual(
      miners.map(({ uid, cells }) => [uid, cells?.length]),
      [
        [1, 2],
        [2, 1]
      ]
    )
    assert.deepStrictEqual(
      leftOut.map(({ uid }) => uid),
      [3, 3, 2]
    )
  })

  it("of a miner of whom something was not measured make room before any is left out", () => {
    const [first = assert.fail(), ...others] = all.slice(0, 3)
    const gap = { ...first, cells: (first.cells ?? []).map((cell, index) => (index === 0 ? { ...cell, sum: null } : cell)) }
    const { miners, leftOut } = greatestCells({ miners: [gap, ...others], repositories: [] }, roster, of(70))
    assert.deepStrictEqual([miners[0]?.cells, countOf(miners)], [null, 67])
    // Their records are not in the report, so what they are compared with must say that they were not measured.
    assert.deepStrictEqual(
      leftOut,
      gap.cells.map(({ repository }) => ({ uid: gap.uid, hotkey: gap.hotkey, repository }))
    )
  })
})

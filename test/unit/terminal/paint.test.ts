/** Frames as bytes: the terminal's resulting content, whatever it showed before. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { bar, cellsOf } from "../../../src/layers/machine/terminal/screen/bar.ts"
import { clipLine, type Frame, frameOf, type Line, lineWidth, span } from "../../../src/layers/machine/terminal/screen/line.ts"
import { ENTER_SCREEN, LEAVE, paint } from "../../../src/layers/machine/terminal/screen/paint.ts"
import { abilitiesOf, isPossible } from "../../../src/layers/machine/terminal/screen/Screen.ts"
import { alignLeft, ascii, clip, clipMiddle, right, safe, widthOf, wrap } from "../../../src/layers/machine/terminal/screen/text.ts"
import { plainText } from "./fixture.ts"

const ALL = { colours: true, unicode: true }

interface Cell {
  readonly text: string
  readonly style: string
}
const BLANK: Cell = { text: " ", style: "" }

/** A terminal that interprets the output of `paint` and fails on anything else. Wide characters take two cells. */
class Terminal {
  readonly cells: Array<Array<Cell>>
  private row = 0
  private column = 0
  private style = ""

  constructor(
    readonly columns: number,
    readonly rows: number
  ) {
    this.cells = Array.from({ length: rows }, () => Array.from({ length: columns }, () => ({ text: "garbage", style: "7" })))
  }

  write(bytes: string): void {
    let rest = bytes
    while (rest !== "") {
      const sequence = /^\p{Cc}\[(\?2026[hl]|[\d;]*[HJKm])/u.exec(rest)
      const token = sequence?.[0] ?? [...new Intl.Segmenter().segment(rest)][0]?.segment ?? ""
      rest = rest.slice(token.length)
      if (sequence === null) this.put(token)
      else this.obey(sequence[1] ?? "")
    }
  }

  private put(text: string): void {
    assert.notMatch(text, /\p{Cc}/u)
    const width = widthOf(text)
    assert.isAtMost(this.column + width, this.columns, "wrote over the edge")
    const line = this.cells[this.row]
    assert.isDefined(line, "wrote below the screen")
    for (let cell = 0; cell < width; cell++) line[this.column + cell] = { text: cell === 0 ? text : "", style: this.style }
    this.column += width
  }

  private obey(sequence: string): void {
    if (sequence.startsWith("?2026")) return
    const [kind, numbers] = [sequence.at(-1), sequence.slice(0, -1)]
    if (kind === "H") {
      const [row = 1, column = 1] = numbers.split(";").map(Number)
      this.row = row - 1
      this.column = column - 1
    } else if (kind === "m") this.style = numbers === "0" ? "" : numbers
    else if (kind === "J") for (const line of this.cells) line.fill(BLANK)
    else {
      // After a full line the cursor is on the last cell, so erasing would delete it.
      assert.isBelow(this.column, this.columns)
      this.cells[this.row]?.fill({ text: " ", style: this.style }, this.column)
    }
  }
}

const style = fc.record(
  { bold: fc.boolean(), dim: fc.boolean(), inverse: fc.boolean(), colour: fc.constantFrom("red", "green", "yellow", "cyan") },
  { requiredKeys: [] }
)
const words = fc.string({ unit: fc.constantFrom("a", "b", " ", "█", "漢", "é", "👍", "\u001b", "\n", "α"), maxLength: 14 })
const line: fc.Arbitrary<Line> = fc.array(
  fc.tuple(words, style).map(([text, style]) => span(text, style)),
  { maxLength: 4 }
)
const sizes = fc.record({ columns: fc.integer({ min: 1, max: 20 }), rows: fc.integer({ min: 1, max: 6 }) })
const lines = fc.array(line, { maxLength: 7 })

const shown = (columns: number, rows: number, ...frames: ReadonlyArray<Frame>): ReadonlyArray<ReadonlyArray<Cell>> => {
  const terminal = new Terminal(columns, rows)
  for (const [index, frame] of frames.entries()) terminal.write(paint(frames[index - 1], frame, columns, ALL))
  return terminal.cells
}

describe("painting", () => {
  it("shows the same whether it draws only changes or the whole frame", () => {
    fc.assert(
      fc.property(sizes, lines, lines, lines, ({ columns, rows }, first, second, third) => {
        const [a, b, c] = [first, second, third].map((one) => frameOf(one, { columns, rows })) as [Frame, Frame, Frame]
        const anew = shown(columns, rows, c)
        assert.deepStrictEqual(shown(columns, rows, a, b, c), anew)
        for (const [row, cells] of anew.entries())
          assert.strictEqual(
            cells
              .map(({ text }) => text)
              .join("")
              .trimEnd(),
            plainText(c[row] ?? []).trimEnd()
          )
      }),
      { numRuns: 500 }
    )
  })

  it("writes nothing if nothing changed, and one line if one line did", () => {
    const [a, b] = ["one", "two"].map((text) => frameOf([[span("title")], [span(text)]], { columns: 20, rows: 2 }))
    if (a === undefined || b === undefined) return
    assert.strictEqual(paint(a, a, 20, ALL), "")
    assert.strictEqual(paint(a, b, 20, ALL), "\u001b[?2026h\u001b[2;1Htwo\u001b[K\u001b[?2026l")
  })

  it("works without colours and without Unicode", () => {
    const frame = frameOf([[span("▸ 12 α …", { colour: "red", bold: true })]], { columns: 20, rows: 1 })
    const bytes = paint(undefined, frame, 20, { colours: false, unicode: false })
    assert.include(bytes, "\u001b[1m> 12 a ~\u001b[0m")
    assert.notInclude(bytes, "31")
    assert.deepStrictEqual(abilitiesOf({ LANG: "en_US.UTF-8" }), { colours: true, unicode: true })
    assert.deepStrictEqual(abilitiesOf({ LANG: "en_US.UTF-8", LC_ALL: "C", NO_COLOR: "1" }), { colours: false, unicode: false })
    assert.deepStrictEqual(abilitiesOf({}), { colours: true, unicode: false })
  })

  it("restores every mode that it sets", () => {
    const modes = (text: string) =>
      [...text.matchAll(/\?(\d+)([hl])/g)].map(([, mode, state]) => `${mode}${state}`).filter((one) => !one.startsWith("2026"))
    const opposite = (one: string) => (one.endsWith("h") ? one.replace("h", "l") : one.replace("l", "h"))
    assert.sameMembers(modes(ENTER_SCREEN).map(opposite), modes(LEAVE))
  })

  it("is refused without a terminal that can show it", () => {
    assert.isTrue(isPossible({ TERM: "xterm-256color" }, true))
    assert.isFalse(isPossible({ TERM: "dumb" }, true))
    assert.isFalse(isPossible({ TERM: "xterm" }, false))
  })
})

describe("text in cells", () => {
  it("has the requested width", () => {
    fc.assert(
      fc.property(words.map(safe), fc.integer({ min: 0, max: 30 }), (text, width) => {
        assert.isAtMost(widthOf(clip(text, width)), width)
        assert.strictEqual(widthOf(alignLeft(text, width)), width)
        assert.strictEqual(widthOf(right(text, width)), width)
        assert.isAtMost(lineWidth(clipLine([span(text), span(text)], width)), width)
        assert.strictEqual(widthOf(ascii(text)), widthOf(text))
        assert.match(ascii(text), /^[ -~]*$/)
        if (width > 0) for (const one of wrap(text, width)) assert.isAtMost(widthOf(one), width)
      }),
      { numRuns: 1_000 }
    )
  })

  it("has an ellipsis exactly if something is missing", () => {
    assert.strictEqual(clip("acme", 4), "acme")
    assert.strictEqual(clip("acme/widgets", 6), "acme/…")
    assert.strictEqual(clipMiddle("5GrwvaEF5zXb26Fz", 9), "5Grw…26Fz")
    assert.strictEqual(plainText(clipLine([span("ab"), span("cd")], 4)), "abcd")
    assert.strictEqual(plainText(clipLine([span("ab"), span("cd")], 3)), "ab…")
    assert.strictEqual(plainText(clipLine([span("ab"), span("")], 2)), "ab")
    assert.strictEqual(plainText(clipLine([span("ab"), span("c")], 2)), "a…")
  })
})

describe("bars", () => {
  it("are full only at the whole, and empty only at nothing", () => {
    assert.strictEqual(cellsOf(999_999_999n, 1_000_000_000n, 10), 9)
    assert.strictEqual(cellsOf(1n, 1_000_000_000n, 10), 1)
    assert.strictEqual(cellsOf(0n, 10n, 10), 0)
    assert.strictEqual(cellsOf(10n, 10n, 10), 10)
    assert.strictEqual(cellsOf(1n, 0n, 10), 0)
  })

  it("have the requested width, with or without a mark", () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 100n),
        fc.bigInt(0n, 100n),
        fc.integer({ min: 1, max: 40 }),
        fc.option(fc.bigInt(0n, 100n)),
        (part, whole, width, mark) => {
          const text = plainText(bar(part, whole, width, "green", mark ?? undefined))
          assert.strictEqual(widthOf(text), width)
          assert.strictEqual(text.includes("│"), mark !== null)
        }
      )
    )
    assert.strictEqual(plainText(bar(43n, 100n, 10, "green", 50n)), "████░│░░░░")
    assert.strictEqual(plainText(bar(75n, 100n, 10, "green", 50n)), "█████│█░░░")
  })
})

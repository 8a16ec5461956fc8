/** Pictures show titles in any script, with a typeface that has Latin letters only. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { drawable, legible } from "../../../src/dashboard/api/sharing/picture/letters.ts"

const TITLES: ReadonlyArray<readonly [title: string, shown: string | null]> = [
  ["Crash when saving", "Crash when saving"],
  ["Größe über 2 GB: “naïve” façade – 5 €", "Größe über 2 GB: “naïve” façade – 5 €"],
  // Letters outside Latin-1 lose their accents.
  ["Błąd przy zapisie, őrült hiba", "Blad przy zapisie, orült hiba"],
  ["Ｆｕｌｌ ｗｉｄｔｈ and ﬁne", "Full width and fine"],
  ["Bounty of 3 α", "Bounty of 3 alpha"],
  ["🐛 Crash 👩‍💻🏽 when saving ❤️", "Crash when saving"],
  ["Registered® trademark™", "Registered® trademark™"],
  ["Fix 修复 crash in the editor", "Fix … crash in the editor"],
  ["Crash: 日本語 入力 with IME on", "Crash: … with IME on"],
  ["保存时崩溃", null],
  ["v2 не сохраняет файлы", null],
  ["🐛🐛", null],
  ["", null]
]

describe("letters of pictures", () => {
  it("stand for what the typeface lacks, or leave it to the issue's reference", () =>
    assert.deepStrictEqual(
      TITLES.map(([title]) => [title, legible(title)] as const),
      TITLES
    ))

  it("are all in the typeface, whatever a stranger writes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        assert.match(drawable(text), /^[\u0020-\u007e\u00a1-\u00ffıŒœ–—‘’‚“”„•…′″‹›€™↑↓−]*$/u)
      }),
      { numRuns: 300 }
    )
  })
})

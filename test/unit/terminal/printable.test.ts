import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { bold, printable } from "../../../src/layers/machine/terminal/output.ts"

describe("what a terminal prints", () => {
  it.each([
    ["moves no cursor", "Oil\u001b[2A\u001b[1Gregister nothing", "Oilregister nothing"],
    ["clears no line", "Oil\r\u001b[2Kpay", "Oilpay"],
    ["conceals nothing", "Oil\u001b[8mall\u001b[38;5;0mof it", "Oilallof it"],
    ["sets no title of a window", "Oil\u001b]0;owned\u0007 it", "Oil it"],
    ["turns nothing round", "Oil \u202egnp.exe", "Oil gnp.exe"],
    ["rings no bell and knows no other control characters", "O\u0000i\u0007l\u007f\u009b2J", "Oil2J"]
  ])("%s", (_, text, expected) => assert.strictEqual(printable(text), expected))

  it("keeps the program's own colours, and every other text", () => {
    assert.strictEqual(printable(bold("a")), bold("a"))
    assert.strictEqual(printable("\u001b[1ma\u001b[22m\t→ ü 日本"), "\u001b[1ma\u001b[22m\t→ ü 日本")
  })

  it("has no other control character, whatever comes", () => {
    const part = fc.oneof(fc.constantFrom("\u001b", "[", "]", "2", ";", "m", "K", "\u0007", "\u009b", "\u202e", "a"), fc.string())
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the program's own
        const left = printable(parts.join("")).replaceAll(/\u001b\[(?:1|2|22|31|32|33|36|39)m/g, "")
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is sought
        assert.notMatch(left, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
      })
    )
  })
})

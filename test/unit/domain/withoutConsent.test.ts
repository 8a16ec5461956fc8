/** The remark with the owner's reason for not asking. */
import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"
import * as fc from "fast-check"
import { fits, reasonIn, remarkOf } from "../../../src/domain/withoutConsent.ts"

const bytes = (text: string) => Buffer.from(text, "utf8")

describe("the reason for a registration that nobody asked for", () => {
  it("is read as it was written, whatever it says, if its remark is short enough", () => {
    const reasons = fc.string({ unit: "grapheme", minLength: 1, maxLength: 600 }).map((text) => text.trim())
    fc.assert(
      fc.property(
        reasons.filter((why) => why !== ""),
        (why) => assert.deepStrictEqual(reasonIn(bytes(remarkOf(why))), fits(why) ? Option.some(why) : Option.none())
      )
    )
    assert.deepStrictEqual([fits("x".repeat(400)), fits("x".repeat(500)), fits("\u{1f600}".repeat(120))], [true, false, false])
  })

  it("is not in other remarks", () => {
    const others = ["", "0x", "{}", '"why"', '{"gittensor":"without consent"}', '{"why":"x"}', '{"gittensor":"without consent","why":""}']
    for (const text of [...others, '{"gittensor":"link","why":"x"}', '{"gittensor":"without consent","why":7}', "\u0000\ufffe"])
      assert.deepStrictEqual(reasonIn(bytes(text)), Option.none(), text)
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (any) => assert.deepStrictEqual(reasonIn(any), Option.none())))
  })
})

/** The page's typefaces are current. */
import { readFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import { cut, FONTS, pathOf } from "../../../scripts/web/fonts.ts"

it.each([...FONTS])("$file is cut from its package", async (font) => {
  assert.deepStrictEqual(new Uint8Array(readFileSync(pathOf(font))), await cut(font), "run scripts/fonts.ts")
})

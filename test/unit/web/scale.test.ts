/** One scale of spaces, letters and corners: web/src/styles/tokens.css declares it, and the other styles have nothing beside it. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"

const FOLDER = join(import.meta.dirname, "../../../web/src/styles")

/** A declaration of a space, the size of letters, or a corner. */
const MEASURED = /^\s*((?:row-|column-)?gap|(?:padding|margin)[a-z-]*|font-size|border[a-z-]*-radius): ([^;]*);/gm

/** A length of its own. A hairline, and what grows with its letters, are none; a corner of 50% is a circle. */
const LOOSE = /(?<![\w.-])-?(?:[4-9]px|\d{2,}px|\d*\.?\d+(?:rem|vmax|pt|cm))/

/** What has a reason of its own, beside sizes that grow with the window. */
const EXCEPTIONS: ReadonlyArray<string> = [
  "scoreboard.css: padding-right: 6rem", // as wide as the button that lies over it
  "shell.css: padding-bottom: 9rem", // as high as the banner
  "shell.css: padding: 0 var(--space-3) calc(5rem + env(safe-area-inset-bottom))" // as high as the navigation of a phone
]

describe("the styles", () => {
  it("take spaces, letters and corners from one scale", () => {
    const declared = readdirSync(FOLDER)
      .filter((file) => file !== "tokens.css")
      .flatMap((file) =>
        [...readFileSync(join(FOLDER, file), "utf8").matchAll(MEASURED)].map(([, property, value]) => `${file}: ${property}: ${value}`)
      )
    assert.isAbove(declared.length, 200)
    const loose = declared.filter((one) => LOOSE.test(one) && !/: clamp\(/.test(one))
    assert.deepStrictEqual(loose.toSorted(), [...EXCEPTIONS].toSorted())
  })

  it("use each step of the scale", () => {
    const [tokens, ...others] = ["tokens.css", ...readdirSync(FOLDER)].map((file) => readFileSync(join(FOLDER, file), "utf8"))
    const steps = [...(tokens ?? "").matchAll(/^ {2}(--(?:space|text|radius)[\w-]*):/gm)].map(([, step]) => step)
    assert.isAbove(steps.length, 15)
    const text = others.join("\n")
    assert.deepStrictEqual(
      steps.filter((step) => !text.includes(`var(${step})`)),
      []
    )
  })
})

/** The page's files in the oldest browsers of docs/ui-handoff.md: the served files use no feature that one of them lacks. */
import { assert, describe, it } from "@effect/vitest"
import { bundle } from "../../../web/bundle.ts"

/** Features that Safari 16.0 lacks, each with the version that introduced it. */
const MISSING: ReadonlyArray<readonly [kind: ".css" | ".js", what: RegExp]> = [
  [".css", /light-dark\(/], // 17.5
  [".css", /color-mix\(/], // 16.2
  [".css", /[{;]\s*&/], // nesting, 16.5
  [".css", /@media[^{]*[<>]/], // 16.4; in container queries from the start
  [".css", /@(?:starting-style|property|scope)\b/],
  [".js", /\(\?<[=!]/], // 16.4
  [".js", /\.checkVisibility\(/], // 17.4
  [".js", /\b(?:Promise\.withResolvers|Promise\.try|Object\.groupBy|Map\.groupBy|Array\.fromAsync)\b/],
  [".js", /\bURL\.canParse\(/], // 17
  [".js", /\bIntl\.DurationFormat\b/], // 16.4
  // 18.2; @noble/hashes looks first whether they are there.
  [".js", /\bUint8Array\.prototype\.toHex\b|\.toHex\(\)(?!;let)|\bUint8Array\.fromHex\((?!e\)\}catch)/]
]

describe("the page's files", () => {
  it("have nothing that the oldest supported browser lacks", async () => {
    const { files } = await bundle()
    const contents = Object.entries(files).map(([path, content]) => [path, Buffer.from(content, "base64").toString()] as const)
    const [, check = ""] = contents.find(([path]) => path === "/verify.html") ?? []
    const inCheck = [".css", ".js"].map(
      (kind, index) => [`/verify${kind}`, [...check.matchAll(/<(?:style|script)>([\s\S]*?)<\//g)][index]?.[1] ?? ""] as const
    )
    for (const [path, text] of inCheck) assert.isAbove(text.length, 1_000, path)
    const texts = [...contents, ...inCheck]
    assert.isAbove(texts.length, 10)
    const wrong = MISSING.flatMap(([kind, what]) =>
      texts.flatMap(([path, text]) => {
        const found = path.endsWith(kind) ? what.exec(text) : null
        return found === null ? [] : [`${path}: ${text.slice(found.index - 30, found.index + 60)}`]
      })
    )
    assert.deepStrictEqual(wrong, [])
  })

  it("choose the theme's colours in every supported browser", async () => {
    const { files } = await bundle()
    const [, styles = ""] = Object.entries(files).find(([path]) => path.endsWith(".css")) ?? []
    const text = Buffer.from(styles, "base64").toString()
    // The bundler replaces light-dark() with two variables, one of which is empty in each theme.
    assert.match(text, /--ground:var\((--[a-z-]+-light),#f5f4ef\)var\((--[a-z-]+-dark),#0d1014\)/)
    assert.match(text, /@media \(prefers-color-scheme:dark\)\{:root\{/)
    for (const theme of ["light", "dark"])
      assert.match(text, new RegExp(`:root\\[data-theme=${theme}\\]\\{--[a-z-]+-light:[^}]*color-scheme:${theme}`))
  })
})

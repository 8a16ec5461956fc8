import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { type Comparison, differencesOf, figuresOf, ours } from "../../../scripts/grammars/compare.ts"
import type { Description } from "../../../scripts/grammars/description.ts"
import { languagesTable } from "../../../scripts/grammars/table.ts"
import { withPart } from "../../../scripts/marked.ts"
import languages from "../../../src/domain/roster/languages.json"
import { grammars } from "../../../src/layers/parsing/grammars.ts"
import comparison from "../../../wasm/grammars/comparison.json"
import manifest from "../../../wasm/grammars/manifest.json"

const hash = (bytes: Uint8Array) => new Bun.CryptoHasher("sha256").update(bytes).digest("hex")

describe("the grammars built here", () => {
  for (const [name, { artefact, wasm }] of Object.entries(manifest))
    it(`have the manifest's artefact for ${name}, which the program loads`, async () => {
      const bytes = await Bun.file(`${import.meta.dirname}/../../../wasm/grammars/${name}.wasm.zst`).bytes()
      assert.strictEqual(hash(bytes), artefact)
      assert.strictEqual(hash(Bun.zstdDecompressSync(bytes)), wasm)
      assert.strictEqual(hash(await Bun.file(grammars[name] ?? "").bytes()), artefact)
    })
})

const compared: Comparison = comparison
const modules = await ours()

describe("the comparison with the package's compiled grammars", () => {
  it("has our modules' figures, and finds the same on the other side", () => {
    const found = Object.entries(modules).map(([name, { description }]) => [name, figuresOf(description)] as const)
    assert.deepStrictEqual(
      Object.fromEntries(found),
      Object.fromEntries(Object.entries(compared).map(([name, sides]) => [name, sides.ours]))
    )
    for (const [name, sides] of Object.entries(compared)) assert.deepStrictEqual(sides.ours, sides.theirs, name)
    assert.lengthOf(found, 66)
  })

  it("is the table in docs/reference/scoring.md", () => {
    const text = readFileSync(`${import.meta.dirname}/../../../docs/reference/scoring.md`, "utf8")
    assert.strictEqual(withPart(text, "languages", languagesTable()), text, "run npm run generate")
  })

  it("names each part that differs", () => {
    const { go } = modules
    if (go === undefined) return assert.fail("there is no grammar of Go")
    const our = go.description
    const differs = (their: Partial<Description>) => differencesOf("go", our, { ...our, ...their })
    assert.deepStrictEqual(differs({}), [])
    assert.deepStrictEqual(differs({ counts: { ...our.counts, states: 1434 + 1 } }), ["go: states 1434, wanted 1435"])
    assert.deepStrictEqual(differs({ fieldNames: [...our.fieldNames, "a"] }), ['go: fieldNames only here: none; only there: "a"'])
    const [first = ["", true, true, true], ...kinds] = our.kinds
    assert.deepStrictEqual(differs({ kinds: [[first[0], !first[1], first[2], first[3]], ...kinds] }), [
      'go: kinds only here: ["end",false,true,false]; only there: ["end",true,true,false]'
    ])
    assert.deepStrictEqual(differs({ tables: "" }), ["go: the tables of states, actions and aliases are others"])
  })
})

describe("the languages of the roster", () => {
  it("each have a grammar, except the one that has none in the subnet's program either", () => {
    const named = Object.values(languages).flatMap((rule) => ("language" in rule ? [rule.language] : []))
    assert.deepStrictEqual(
      [...new Set(named)].filter((language) => !Object.hasOwn(grammars, language)),
      ["csharp"]
    )
  })
})

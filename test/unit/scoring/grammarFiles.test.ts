import { assert, describe, it } from "@effect/vitest"
import languages from "../../../src/domain/roster/languages.json"
import { grammars } from "../../../src/layers/parser/grammars.ts"
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

describe("the languages of the roster", () => {
  it("each have a grammar, except the one that has none in the subnet's program either", () => {
    const named = Object.values(languages).flatMap((rule) => ("language" in rule ? [rule.language] : []))
    assert.deepStrictEqual(
      [...new Set(named)].filter((language) => !Object.hasOwn(grammars, language)),
      ["csharp"]
    )
  })
})

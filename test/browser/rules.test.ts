/** The conformance kit's pairs and ratings in Chromium: the rules give there what they give here, with nothing of Node.js or Bun. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { casesIn, documentIn } from "../support/conformance/lines.ts"
import type { PairsLine } from "../support/conformance/pairs.ts"
import { scenariosIn } from "../support/conformance/ratings.ts"
import { root } from "../support/sources.ts"
import { noBrowser, tab } from "./support.ts"

const ENTRY = `
import { pairsOf } from "${root}/test/support/conformance/pairs.ts"
import { ratingsOf, scenariosIn } from "${root}/test/support/conformance/ratings.ts"
globalThis.played = ([lines, document]) => JSON.stringify([lines.map(pairsOf), scenariosIn(document).map(ratingsOf)])
`

const bundled = Effect.promise(async () => {
  const { outputs } = await Bun.build({ entrypoints: ["/kit.ts"], files: { "/kit.ts": ENTRY }, target: "browser", format: "iife" })
  return (await Promise.all(outputs.map((output) => output.text()))).join("\n")
})

describe.skipIf(noBrowser)("pairs and ratings in Chromium", () => {
  it.scopedLive("are those of the kit", () =>
    Effect.gen(function* () {
      const { page } = yield* tab()
      yield* Effect.flatMap(bundled, (content) => Effect.promise(() => page.addScriptTag({ content })))
      const cases: ReadonlyArray<PairsLine & { readonly outcome: unknown }> = casesIn("pairs.jsonl").map((line) => JSON.parse(line))
      const document = documentIn("ratings.json")
      const played = yield* Effect.promise(() => page.evaluate(`played(${JSON.stringify([cases, document])})`))
      const expected = [cases.map(({ outcome }) => outcome), scenariosIn(document).map(({ ratings }) => ratings)]
      assert.isAbove(cases.length, 30)
      assert.deepStrictEqual(JSON.parse(String(played)), expected)
    })
  )
})

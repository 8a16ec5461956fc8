import { brotliCompressSync } from "node:zlib"
import { assert, it } from "@effect/vitest"
import { root } from "../../support/sources.ts"

/** The page's script may have 100 kB; the rest of it is the page's own. */
const MOST_BYTES = 80_000

it("bundles for a browser, in 80 kB, without anything of Node.js or Bun", async () => {
  const { outputs } = await Bun.build({
    entrypoints: [`${root}/src/verification/verify.ts`, `${root}/src/verification/claims.ts`],
    target: "browser",
    minify: true,
    splitting: true,
    metafile: true
  })
  const texts = await Promise.all(outputs.map((output) => output.text()))
  const own = await Bun.build({
    entrypoints: [`${root}/src/verification/verify.ts`],
    target: "browser",
    external: ["effect", "@noble/*", "@scure/*"]
  })
  const [text = ""] = await Promise.all(own.outputs.map((output) => output.text()))
  assert.include(text, "chain_getBlockHash")
  assert.deepStrictEqual(
    [...text.matchAll(/\bBun\b|\bBuffer\b|\bprocess\.|["']node:[^"']+|["']bun:[^"']+/g)].map(([found]) => found),
    []
  )
  assert.isBelow(
    texts.reduce((sum, one) => sum + brotliCompressSync(one).length, 0),
    MOST_BYTES
  )
})

/** Each generated file is current. A stale one fails by name; `npm run generate` regenerates all of them. */
import { readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { documents } from "../../../scripts/metrics.ts"
import { pageHashes } from "../../../scripts/web/sources.ts"

const root = resolve(import.meta.dirname, "../../..")
const read = (file: string) => readFileSync(join(root, file), "utf8")

describe("generated files", () => {
  it.each(documents())("$path lists today's metrics", ({ text, wanted }) => assert.strictEqual(text, wanted, "run npm run generate"))

  it("include web/built.page, which npm run web builds from the page's sources", () => {
    assert.deepStrictEqual(JSON.parse(read("web/built.json")), pageHashes(read("web/built.page")), "run npm run web")
  })
})

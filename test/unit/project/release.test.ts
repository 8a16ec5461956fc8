/** A release's archive contains every document that it links to. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { copyDocuments, FIRST_DOCUMENT } from "../../../scripts/release/documents.ts"
import { brokenLinks } from "../../support/anchors.ts"

const root = resolve(import.meta.dirname, "../../..")

/** An archive's documents in a temporary folder, and its broken links. */
const released = (use: (place: string, files: ReadonlyArray<string>) => void) => {
  const place = mkdtempSync(join(tmpdir(), "gittensor-release-"))
  try {
    copyDocuments(root, place)
    const files = readdirSync(place, { recursive: true, encoding: "utf8" }).filter((name) => statSync(join(place, name)).isFile())
    use(place, files)
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

describe("a release's documents", () => {
  it("lead from the page for validators to nothing that is missing", () =>
    released((place, files) => {
      assert.include(files, FIRST_DOCUMENT)
      // Documents that validator.md links to, and those that they link to.
      assert.includeMembers(
        [...files],
        [
          "docs/operate.md",
          "docs/dashboard.md",
          "docs/reference/validator.md",
          "docs/scale.md",
          "docs/bittensor.md",
          "docs/fairness/absence-1.svg"
        ]
      )
      assert.deepStrictEqual(
        brokenLinks(
          place,
          files.filter((name) => name.endsWith(".md"))
        ),
        []
      )
    }))

  it("hold no sources, whose links become their text", () =>
    released((place, files) => {
      assert.deepStrictEqual(
        files.filter((name) => /\.(ts|rs)$/.test(name)),
        []
      )
      const consensus = readFileSync(join(place, "docs/reference/consensus.md"), "utf8")
      assert.notInclude(consensus, "](../../src/")
      assert.include(readFileSync(join(root, "docs/reference/consensus.md"), "utf8"), "](../../src/")
    }))
})

/** Each generated file is current. A stale one fails by name; `npm run generate` regenerates all of them. */
import { readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { changedSince, golden } from "../../../scripts/fairnessRules.ts"
import { lists } from "../../../scripts/linguist.ts"
import { withPart } from "../../../scripts/marked.ts"
import { documents } from "../../../scripts/metrics.ts"
import { qualityDocument } from "../../../scripts/quality.ts"
import { worldDocument } from "../../../scripts/world.ts"
import { withTables } from "../../http/verdicts/document.ts"
import { listedDifferences } from "../../support/fidelity/differences.ts"
import { octoberTable } from "../../support/fidelity/october.ts"

const root = resolve(import.meta.dirname, "../../..")
const read = (file: string) => readFileSync(join(root, file), "utf8")

describe("generated files", () => {
  it.each(documents())("$path lists today's metrics", ({ text, wanted }) => assert.strictEqual(text, wanted, "run npm run generate"))

  it("include docs/verdicts.md, which lists every case and every reason for no vote", () => {
    const text = read("docs/verdicts.md")
    assert.strictEqual(text, withTables(text), "run npm run generate")
  })

  it("include docs/reference/quality.md, which lists the gate's checks, and Linguist's lists", () => {
    const { text, wanted } = qualityDocument()
    assert.strictEqual(text, wanted, "run npm run generate")
    assert.strictEqual(read("src/domain/linguist.generated.json"), lists(), "run npm run generate")
  })

  it("include docs/fairness/golden.json: today's rules judge every case of the kit as those of the study in docs/fairness.md did", () => {
    assert.deepStrictEqual(changedSince(golden), [], "run npm run fairness")
  })

  it("include docs/world.md, which lists what the stand-ins declare", async () => {
    assert.strictEqual(read("docs/world.md"), await worldDocument(), "run npm run generate")
  })

  it("include docs/bittensor.md, which lists what October 2026 changed", () => {
    const text = read("docs/bittensor.md")
    assert.strictEqual(text, withPart(text, "october", octoberTable()), "run npm run generate")
  })

  // test/chain/runtime/fidelity needs the runtime, and compares the whole document.
  it("include contracts/devnet-runtime/README.md, which lists the differences from Finney", () => {
    const text = read("contracts/devnet-runtime/README.md")
    for (const { items, reason } of listedDifferences) {
      assert.include(text, reason, "contracts/devnet-runtime/README.md: run npm run generate")
      for (const item of items) assert.include(text, `\`${item}\``, "contracts/devnet-runtime/README.md: run npm run generate")
    }
  })
})

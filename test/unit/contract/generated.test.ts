import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "@effect/vitest"
import { Schema } from "effect"
import { Artifact } from "../../../scripts/contract-client/metadata.ts"
import { render } from "../../../scripts/contract-client/render.ts"
import { renderCells } from "../../../scripts/contract-client/renderCells.ts"

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), "utf8")
const artifact = Schema.decodeUnknownSync(Schema.parseJson(Artifact))

describe("the generated client", () => {
  const built = read("contracts/issue-bounties/artifact/issue_bounties.contract")

  it("is what the committed artefact generates", () => {
    expect(read("src/contract-client/artifact.generated.json")).toBe(built)
    expect(read("src/contract-client/generated.ts")).toBe(render(artifact(built)))
    expect(read("src/contract-client/cells.generated.ts")).toBe(renderCells(artifact(built)))
  })

  it("explains each refusal, message and event", () => {
    const { spec, types } = artifact(built)
    const errors = types.find(({ type }) => type.path.at(-1) === "Error")?.type.def
    const documented = [...(errors !== undefined && "variant" in errors ? errors.variant.variants : []), ...spec.messages, ...spec.events]
    expect(documented.length).toBeGreaterThan(80)
    expect(documented.filter(({ docs }) => docs.join("").trim() === "")).toEqual([])
  })

  it("refuses metadata without a known schema instead of generating a wrong one", () => {
    const withType = (def: unknown) => {
      const json = JSON.parse(built)
      json.types[2].type.def = def
      return () => render(artifact(JSON.stringify(json)))
    }
    expect(withType({ primitive: "u8" })).not.toThrow()
    expect(withType({ primitive: "i128" })).toThrow("i128")
    expect(withType({ array: { len: 7, type: 3 } })).toThrow("array of 7")
  })

  it("refuses storage for which it has no readers", () => {
    const withType = (def: unknown) => {
      const json = JSON.parse(built)
      json.types[5].type.def = def
      return () => renderCells(artifact(JSON.stringify(json)))
    }
    expect(withType({ primitive: "u64" })).not.toThrow()
    expect(withType({ primitive: "u128" })).toThrow("u128")
    expect(withType({ array: { len: 7, type: 3 } })).toThrow("array of 7")
  })
})

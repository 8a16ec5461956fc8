/**
 * Each behaviour that a stand-in declares has an existing test, and a switch of the control API or the dev chain's genesis. Behaviours observed in
 * public are in declarations, not in comments.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { ControlApi } from "../../../lab/devnet/github/control/ControlApi.ts"
import { FORMS } from "../../../lab/devnet/judges/forms.ts"
import { worldRows } from "../../../scripts/world.ts"

const root = resolve(import.meta.dirname, "../../..")
const rows = await worldRows()

const faults = readFileSync(join(root, "lab/devnet/github/server/faults.ts"), "utf8")
const genesis = readFileSync(join(root, "contracts/devnet-runtime/README.md"), "utf8").split("## Genesis")[1]?.split("\n## ")[0] ?? ""
const switches = new Set([
  ...[...genesis.matchAll(/"(\w+)":/g)].map(([, name]) => `genesis ${name}`),
  ...Object.values(ControlApi.groups).flatMap((group) => Object.keys(group.endpoints)),
  ...[...faults.matchAll(/TaggedStruct\("(\w+)"/g)].map(([, name]) => `the fault ${name}`),
  ...Object.keys(FORMS).map((name) => `the model ${name}`)
])

describe("behaviours of the world", () => {
  it("are met by the program in a test that exists", () => {
    assert.deepStrictEqual(
      rows.filter(({ test }) => !existsSync(join(root, test))).map(({ what, test }) => ({ what, test })),
      []
    )
  })

  it("are switched on by what the control API or the genesis has", () => {
    const unknown = rows.filter((row) => row.switch !== undefined && !switches.has(row.switch.split(",", 1)[0] ?? ""))
    assert.deepStrictEqual(
      unknown.map(({ what, switch: by }) => ({ what, by })),
      []
    )
  })

  it("name the public place in which they were seen, and no comment does", () => {
    for (const { what, sources } of rows) for (const source of sources) assert.match(source, /^https:\/\//, what)
    const folder = join(root, "lab/devnet/github")
    const comments = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .flatMap((name) =>
        readFileSync(join(folder, name), "utf8")
          .split("\n")
          .filter((line) => /^\s*(?:\/\/|\/?\*).*https:\/\//.test(line))
          .map((line) => `${name}: ${line.trim()}`)
      )
    assert.deepStrictEqual(comments, [])
  })
})

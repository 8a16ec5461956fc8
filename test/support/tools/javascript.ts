/** JavaScript clients: one process per operation, each a function of a script. */
import { join } from "node:path"
import { execute, type Tool, type World } from "./Tool.ts"

const NAMES = [
  "chain's name and genesis",
  "follow blocks",
  "a stored value",
  "a stored map",
  "a changing value",
  "constants",
  "a runtime API",
  "a transaction and its events"
]

const operation = (name: string, script: string, ...words: ReadonlyArray<string>) => ({
  name,
  run: async (world: World) => {
    await execute(world, [process.execPath, join(import.meta.dirname, script), name, world.endpoint, ...words])
  }
})

const operations = (script: string, ...words: ReadonlyArray<string>) => NAMES.map((name) => operation(name, script, ...words))

export const papi: Tool = {
  name: "polkadot-api 2.2.2",
  operations: [...operations("papi.mjs"), operation("a changing map", "papi.mjs")],
  leftOut: {}
}
export const dedot: Tool = { name: "dedot 1.3.0", operations: operations("dedot.mjs"), leftOut: {} }
export const dedotLegacy: Tool = { name: "dedot 1.3.0, older methods", operations: operations("dedot.mjs", "legacy"), leftOut: {} }
export const polkadot: Tool = { name: "@polkadot/api 16.5.6", operations: operations("polkadot.mjs"), leftOut: {} }

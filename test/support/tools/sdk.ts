/** The Python SDK: one process per operation, each a function of a script. */
import { join } from "node:path"
import { execute, netuid, type Tool, until, type World, weightsAre } from "./Tool.ts"

const operation = (version: "v10" | "v11", name: string, effect: (world: World) => Promise<void> = async () => undefined) => ({
  name,
  run: async (world: World) => {
    const script = join(import.meta.dirname, `sdk_${version}.py`)
    await execute(world, [join(world.python, version, "bin/python"), script, name, world.endpoint, world.wallets, String(netuid)])
    await effect(world)
  }
})

const weightsAreThere = (world: World) => weightsAre(world, "[[0,21845],[2,65535]]")

const axonIsThere = (world: World) =>
  until("the axon is not there", async () => {
    const neurons = (await world.api.call.neuronInfoRuntimeApi?.getNeuronsLite?.(netuid))?.toJSON()
    return (neurons as unknown as ReadonlyArray<{ readonly axonInfo: { readonly port: number } }>)[1]?.axonInfo.port === 8_091
  })

const operations = (version: "v10" | "v11") => [
  operation(version, "metagraph"),
  operation(version, "neurons"),
  operation(version, "set_weights", weightsAreThere),
  operation(version, "serve_axon", axonIsThere)
]

export const sdk10: Tool = { name: "SDK 10.3.1", operations: operations("v10"), leftOut: {} }
export const sdk11: Tool = { name: "SDK 11.3.0", operations: operations("v11"), leftOut: {} }

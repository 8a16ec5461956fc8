import { readFileSync } from "node:fs"
import { u8aConcat, u8aToHex } from "@polkadot/util"
import { Effect } from "effect"
import { call, root, send } from "../devnet/support.ts"
import { outcome, stage } from "./support.ts"

const relay = u8aToHex(readFileSync(`${root}test/chain/runtime/relay.wasm`))
const extensionId = 0x1000

/** The relay contract on a chain, and the input with which it calls a function of the chain extension. See relay.wat. */
export const relayed = (settings?: Parameters<typeof stage>[0]) =>
  Effect.gen(function* () {
    const scene = yield* stage(settings)
    const { api, keys } = scene
    const gas = { refTime: 100_000_000_000, proofSize: 1_000_000 }
    const deployed = yield* send(call(api, "contracts", "instantiateWithCode", 0, gas, null, relay, "0x", "0x"), keys.Alice)
    if (outcome(api, deployed) !== "done") return yield* Effect.fail(new Error(`the relay was not deployed: ${outcome(api, deployed)}`))
    const event = deployed.events.find((record) => api.events.contracts?.Instantiated?.is(record.event))?.event
    const toFunction = (index: number, type: string, values: unknown) =>
      u8aToHex(u8aConcat(api.createType("u32", (extensionId << 16) | index).toU8a(), api.createType(type, values).toU8a()))
    return { ...scene, contract: String(event?.data[1]), toFunction }
  })

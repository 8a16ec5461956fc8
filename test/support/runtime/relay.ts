import { readFileSync } from "node:fs"
import type { ContractExecResult } from "@polkadot/types/interfaces"
import { u8aConcat, u8aToHex } from "@polkadot/util"
import { Effect } from "effect"
import { alphaOf, call, root, send } from "../devnet/support.ts"
import { netuid, outcome, stage } from "./support.ts"

const relay = u8aToHex(readFileSync(`${root}test/chain/runtime/relay.wasm`))
const extensionId = 0x1000

/** The relay contract on a chain, and ways to call it. See relay.wat. */
export const relayed = (settings?: Parameters<typeof stage>[0]) =>
  Effect.gen(function* () {
    const scene = yield* stage(settings)
    const { api, keys, address } = scene
    const gas = { refTime: 100_000_000_000, proofSize: 1_000_000 }
    const deployed = yield* send(call(api, "contracts", "instantiateWithCode", 0, gas, null, relay, "0x", "0x"), keys.Alice)
    if (outcome(api, deployed) !== "done") return yield* Effect.fail(new Error(`the relay was not deployed: ${outcome(api, deployed)}`))
    const event = deployed.events.find((record) => api.events.contracts?.Instantiated?.is(record.event))?.event
    const contract = String(event?.data[1])
    const encode = (type: string, values: unknown): Uint8Array => api.createType(type, values).toU8a()
    const input = (id: number, body: Uint8Array) => u8aToHex(u8aConcat(api.createType("u32", id >>> 0).toU8a(), body))
    const toFunction = (index: number, type: string, values: unknown, id = extensionId) => input((id << 16) | index, encode(type, values))
    const dryRun = (data: string) =>
      Effect.promise(async () => {
        const answer = await api.call.contractsApi?.call?.(address("Cold1"), contract, 0, gas, null, data)
        const { result, gasRequired } = answer as unknown as ContractExecResult // the metadata's type
        const output = result.isOk ? result.asOk.data.toU8a(true) : undefined
        return {
          status: output === undefined ? "trap" : new DataView(output.buffer, output.byteOffset).getUint32(0, true),
          output: output?.subarray(4) ?? new Uint8Array(),
          refTime: gasRequired.refTime.toNumber()
        }
      })
    const execute = (signer: "Cold1" | "Cold3", data: string) =>
      Effect.map(send(call(api, "contracts", "call", contract, 0, gas, null, data), keys[signer]), (result) => outcome(api, result))
    const stakeOf = (coldkey: string) => alphaOf(api, address("Hot1"), coldkey, netuid)
    return { ...scene, contract, input, toFunction, dryRun, execute, stakeOf }
  })

/**
 * The dev chain's runtime without a chain: its WebAssembly, called in this process on a state in memory, without finishing blocks. A contract that
 * forwards its input calls the functions of the chain extension.
 */
import type { ApiPromise } from "@polkadot/api"
import type { DispatchError, EventRecord } from "@polkadot/types/interfaces"
import type { Vec } from "@polkadot/types-codec"
import { Effect } from "effect"
import { compact, concat, ScaleReader, unsigned } from "../../../lab/devnet/chain/codec/scale.ts"
import type { CallOutcome } from "../../../lab/devnet/chain/executor/Executor.ts"
import { make as makeExecutor } from "../../../lab/devnet/chain/executor/NativeExecutor.ts"
import { codeKey, storageValueKey } from "../../../lab/devnet/chain/state/keys.ts"
import { Overlay } from "../../../lab/devnet/chain/state/Overlay.ts"
import type { StateView } from "../../../lab/devnet/chain/state/StateStore.ts"
import { AccountAddress, toPublicKey } from "../../../src/domain/Account.ts"
import { callParameters, decodeRan } from "../contract/contractsApi.ts"
import { call } from "../devnet/support.ts"
import { relayed } from "./relay.ts"
import { nameOf, outcome, type Stage } from "./support.ts"

/** The result of a call. */
export interface Tried {
  /** `ok`, a function's return code, an error's name, or `trap` if the whole message fails. */
  readonly result: string
  /** The output of a function. */
  readonly output: Uint8Array
  /** Whether it changed anything other than events. A refused call changes nothing. */
  readonly changed: boolean
  /** The result of the call inside a proxy's or sudo's: "done", or an error's name. */
  readonly inner: () => string
}

export interface StillChain {
  readonly api: ApiPromise
  readonly address: Stage["address"]
  /** The contract that forwards its input. */
  readonly contract: AccountAddress
  /** Resets to the start, or to a state reached from there. */
  readonly begin: (from?: StateView) => void
  readonly state: () => Overlay
  /** Begins a block with that number, including everything before its first transaction. */
  readonly enter: (block: number) => void
  /** Calls a runtime API, and discards its changes. */
  readonly ask: (method: string, argument: Uint8Array) => Uint8Array
  /** Dispatches a call of root (null) or of an account, and keeps its changes. */
  readonly attempt: (who: AccountAddress | null, pallet: string, name: string, ...args: ReadonlyArray<unknown>) => Tried
  /** Calls a function of the chain extension on behalf of the contract or its caller, and keeps its changes. */
  readonly extension: (caller: AccountAddress, number: number, ...args: ReadonlyArray<Uint8Array>) => Tried
  /** Has the contract make a runtime call. */
  readonly runtimeCall: (caller: AccountAddress, callBytes: Uint8Array) => Tried
}

const eventsKey = storageValueKey("System", "Events")
const notes = [eventsKey, storageValueKey("System", "EventCount"), storageValueKey("System", "EventTopics")]
const nothing = new Uint8Array()
const RUNTIME_CALL = 0xffffffff

/** Starts at a stage's state with that contract. */
export const stillChain = (settings?: Parameters<typeof relayed>[0]): Effect.Effect<StillChain, Error> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { address, api, contract, node } = yield* relayed(settings)
      const start = node.chain.stateOf(node.chain.head())
      const code = start?.get("", codeKey)
      if (start === undefined || code === undefined) return yield* Effect.fail(new Error("the dev chain has no newest state"))
      const executor = yield* makeExecutor({ log: () => undefined })
      const relay = AccountAddress.make(contract)
      let state = new Overlay(start)

      const run = (method: string, argument: Uint8Array): CallOutcome => Effect.runSync(executor.call(code, state, method, argument))
      const same = (a: Uint8Array | undefined, b: Uint8Array | null) =>
        a === undefined || b === null ? a === undefined && b === null : Buffer.compare(a, b) === 0
      /** Keeps the changes of a call. */
      const kept = ({ changes }: CallOutcome, output: Uint8Array): Tried => {
        const changed = changes.some(
          ({ child, key, value }) => !notes.some((note) => key.startsWith(note)) && !same(state.get(child, key), value)
        )
        for (const { child, key, value } of changes) state.set(child, key, value)
        const events = changes.findLast(({ key }) => key === eventsKey)?.value ?? new Uint8Array([0])
        state.set("", eventsKey, null)
        const inner = () => outcome(api, { dispatchError: undefined, events: api.createType<Vec<EventRecord>>("Vec<EventRecord>", events) })
        return { result: "ok", output, changed, inner }
      }
      const refused = (result: string): Tried => ({ result, output: nothing, changed: false, inner: () => result })

      const throughContract = (caller: AccountAddress, data: Uint8Array): Tried => {
        const ran = run("ContractsApi_call", callParameters(caller, relay, `0x${data.toHex()}`))
        const { data: answer, error } = decodeRan(ran.result)
        if (error !== undefined) return refused("trap")
        const reader = new ScaleReader(answer)
        const status = reader.u32()
        const tried = kept(ran, reader.take(reader.remaining))
        return status === 0 ? tried : { ...tried, result: String(status) }
      }

      return {
        api,
        address,
        contract: relay,
        begin: (from = start) => {
          state = new Overlay(from)
        },
        state: () => state,
        enter: (block) => {
          // The runtime accepts only the next block number.
          state.set("", storageValueKey("System", "Number"), unsigned(block - 1, 4))
          const header = concat([new Uint8Array(32), compact(block), new Uint8Array(64), new Uint8Array([0])])
          kept(run("Core_initialize_block", header), nothing)
        },
        ask: (method, argument) => run(method, argument).result,
        attempt: (who, pallet, name, ...args) => {
          const origin = who === null ? new Uint8Array([0]) : concat([new Uint8Array([1]), toPublicKey(who)])
          const ran = run("DevChainApi_attempt", concat([origin, call(api, pallet, name, ...args).method.toU8a()]))
          return ran.result[0] === 0 ? kept(ran, nothing) : refused(errorIn(api, ran.result.subarray(1)))
        },
        extension: (caller, number, ...args) => throughContract(caller, concat([unsigned(number, 4), ...args])),
        runtimeCall: (caller, callBytes) => throughContract(caller, concat([unsigned(RUNTIME_CALL, 4), callBytes]))
      }
    })
  )

/** The name of a DispatchError, from its bytes. */
const errorIn = (api: ApiPromise, bytes: Uint8Array): string =>
  nameOf(api, api.registry.createType<DispatchError>("SpRuntimeDispatchError", bytes))

import type { ApiPromise } from "@polkadot/api"
import type { SubmittableExtrinsic } from "@polkadot/api/types"
import type { KeyringPair } from "@polkadot/keyring/types"
import type { DispatchError } from "@polkadot/types/interfaces"
import type { ISubmittableResult } from "@polkadot/types/types"
import { Effect } from "effect"
import type { DevChain } from "../../../lab/devnet/chain/DevChain.ts"
import { alphaOf, ask, call, connect, devChain, keyOf, query, send } from "../devnet/support.ts"

export const netuid = 74
export const alpha = 1_000_000_000n

type Transaction = SubmittableExtrinsic<"promise", ISubmittableResult>

/** The accounts in these tests: each coldkey holds a million TAO, hotkeys hold nothing. */
const coldkeys = ["Alice", "Owner", "Cold1", "Cold2", "Cold3", "Cold4", "Cold5", "Nominator"] as const
const hotkeys = ["OwnerHot", "Hot1", "Hot2", "Hot3", "Hot4", "Hot5"] as const
export type Name = (typeof coldkeys)[number] | (typeof hotkeys)[number]

export interface Stage {
  readonly api: ApiPromise
  readonly keys: Readonly<Record<Name, KeyringPair>>
  readonly address: (name: Name) => string
  readonly node: DevChain
  /** Sends a call and returns "done" or the name of its error. */
  readonly attempt: (signer: Name, pallet: string, name: string, ...args: ReadonlyArray<unknown>) => Effect.Effect<string, Error>
  /** The same, called as root with the sudo key. */
  readonly sudo: (pallet: string, name: string, ...args: ReadonlyArray<unknown>) => Effect.Effect<string, Error>
  readonly read: (name: string, ...args: ReadonlyArray<unknown>) => Effect.Effect<unknown>
  /** A coldkey's alpha behind a hotkey (both as addresses), on the stage's subnet or another. */
  readonly held: (hotkey: string, coldkey: string, subnet?: number) => Effect.Effect<bigint>
  readonly blocks: (count: number) => Effect.Effect<void>
}

/** An error's name. */
export const nameOf = (api: ApiPromise, error: DispatchError): string =>
  error.isModule ? api.registry.findMetaError(error.asModule).name : error.toString()

/** A transaction's result: "done" or an error's name. Calls in sudo and proxy count by their inner result. */
export const outcome = (api: ApiPromise, result: Pick<ISubmittableResult, "dispatchError" | "events">): string => {
  if (result.dispatchError !== undefined) return nameOf(api, result.dispatchError)
  for (const { event } of result.events) {
    if (!api.events.sudo?.Sudid?.is(event) && !api.events.proxy?.ProxyExecuted?.is(event)) continue
    const inner = event.data[0] as unknown as { readonly isErr: boolean; readonly asErr: DispatchError } // both carry a DispatchResult
    if (inner.isErr) return nameOf(api, inner.asErr)
  }
  return "done"
}

/** A subnet with tempo 1,000, no emission, no rate limits, and the validators Hot1 (600 alpha) and Hot2 (400 alpha). `settings` override this. */
export const stage = (settings: (address: (name: Name) => string) => { readonly subnet?: object; readonly pallet?: object } = () => ({})) =>
  Effect.gen(function* () {
    const names = [...coldkeys, ...hotkeys]
    const pairs = yield* Effect.forEach(names, (name) => keyOf(`//${name}`))
    const keys = Object.fromEntries(names.map((name, index) => [name, pairs[index]])) as Record<Name, KeyringPair> // one pair per name
    const address = (name: Name): string => keys[name].address
    const { subnet, pallet } = settings(address)
    const node = yield* devChain({
      genesis: {
        balances: { balances: coldkeys.map((name) => [address(name), 1_000_000 * Number(alpha)]) },
        sudo: { key: address("Alice") },
        subtensorModule: {
          subnets: [
            {
              netuid,
              ownerHotkey: address("OwnerHot"),
              ownerColdkey: address("Owner"),
              tempo: 1_000,
              alphaEmissionPerBlock: 0,
              weightsSetRateLimit: 0,
              servingRateLimit: 0,
              immunityPeriod: 0,
              neurons: [
                { hotkey: address("Hot1"), coldkey: address("Cold1"), stake: 600 * Number(alpha) },
                { hotkey: address("Hot2"), coldkey: address("Cold2"), stake: 400 * Number(alpha) }
              ],
              ...subnet
            }
          ],
          ...pallet
        }
      }
    })
    const api = yield* connect(node.endpoint)
    const transact = (transaction: Transaction, signer: Name) =>
      Effect.map(send(transaction, keys[signer]), (result) => outcome(api, result))
    const built: Stage = {
      api,
      keys,
      address,
      node,
      attempt: (signer, pallet, name, ...args) => transact(call(api, pallet, name, ...args), signer),
      sudo: (pallet, name, ...args) => transact(call(api, "sudo", "sudo", call(api, pallet, name, ...args)), "Alice"),
      read: (name, ...args) => query(api, "subtensorModule", name, ...args),
      held: (hotkey, coldkey, subnet = netuid) => alphaOf(api, hotkey, coldkey, subnet),
      blocks: (count) => Effect.asVoid(ask(node.port, "dev_newBlock", { count }))
    }
    return built
  })

/** Where the treasury's money is, and who could move it. */
import { Effect, Schema } from "effect"
import { AccountAddress } from "../domain/Account.ts"
import { neuronOf } from "../domain/Metagraph.ts"
import { type BlockReference, Chain } from "../layers/chain/Chain.ts"
import { Contract } from "../layers/contract/Contract.ts"
import { Subnet } from "../layers/subnet/Subnet.ts"

const Proxy = Schema.Struct({ delegate: AccountAddress, proxyType: Schema.String, delay: Schema.Number })
export type Proxy = typeof Proxy.Type

/** The chain's entry: an account's proxies, and the deposit it paid for them. */
const Proxies = Schema.Tuple([Schema.Array(Proxy)], Schema.Unknown)

/** The proxies that may act for an account. */
export const proxiesOf = Effect.fn("owner.proxiesOf")(function* (account: AccountAddress, at: BlockReference) {
  const found = yield* (yield* Chain).readAt("proxies of an account", at.hash, async (api) => {
    const query = api.query.proxy?.proxies
    if (query === undefined) throw new Error("this chain has no Proxy pallet")
    return (await query(account)).toJSON()
  })
  const [proxies] = yield* Effect.orDie(Schema.decodeUnknown(Proxies)(found))
  return proxies
})

/** The contract's books and the treasury's proxies at the finalised head, with warnings. */
export const lookAtTreasury = Effect.fn("owner.lookAtTreasury")(function* () {
  const [chain, contract, subnet] = yield* Effect.all([Chain, Contract, Subnet])
  const head = yield* chain.finalisedHead
  const [{ treasuryHotkey, treasuryColdkey }, books, metagraph] = yield* Effect.all(
    [contract.read("config", {}, head), contract.read("treasury", {}, head), subnet.metagraph(head)],
    { concurrency: 3 }
  )
  const proxies = yield* proxiesOf(treasuryColdkey, head)
  const neuron = neuronOf(metagraph, treasuryHotkey)
  const warnings = [
    ...proxies
      .filter(({ delegate }) => delegate !== contract.address)
      .map(
        ({ delegate, proxyType }) =>
          `${delegate} holds a proxy (${proxyType}) of the treasury's coldkey: whoever has its key can act for the treasury; only the contract should`
      ),
    ...(proxies.some(({ delegate, delay }) => delegate === contract.address && delay === 0)
      ? []
      : ["the contract is not a proxy of the treasury's coldkey: it can harvest nothing"]),
    ...(neuron === undefined
      ? [
          `the treasury's hotkey is not registered on subnet ${subnet.netuid}: it earns nothing; make another with "gittensor owner new-treasury"`
        ]
      : neuron.coldkey === treasuryColdkey
        ? []
        : [`the treasury's hotkey belongs to ${neuron.coldkey} on the chain, not to the treasury's coldkey: its earnings go there`])
  ]
  return { block: head.number, contract: contract.address, treasuryHotkey, treasuryColdkey, books, proxies, warnings }
})

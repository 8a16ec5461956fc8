/** Who may act for the treasury's coldkey on the chain. */
import { Effect, Schema } from "effect"
import { AccountAddress } from "../../domain/Account.ts"
import { type BlockReference, Chain } from "../chain/Chain.ts"

const Proxy = Schema.Struct({ delegate: AccountAddress, proxyType: Schema.String, delay: Schema.Number })
export type Proxy = typeof Proxy.Type

/** The chain's entry: an account's proxies, and the deposit it paid for them. */
const Proxies = Schema.Tuple([Schema.Array(Proxy)], Schema.Unknown)

/** The proxies that may act for an account. */
export const proxiesOf = Effect.fn("proxiesOf")(function* (account: AccountAddress, at: BlockReference) {
  const found = yield* (yield* Chain).readAt("proxies of an account", at.hash, async (api) => {
    const query = api.query.proxy?.proxies
    if (query === undefined) throw new Error("this chain has no Proxy pallet")
    return (await query(account)).toJSON()
  })
  const [proxies] = yield* Effect.orDie(Schema.decodeUnknown(Proxies)(found))
  return proxies
})

/** What is wrong with the treasury's proxies. The contract must be the only one, without a delay. */
export const proxyWarnings = (proxies: ReadonlyArray<Proxy>, contract: AccountAddress): ReadonlyArray<string> => [
  ...proxies
    .filter(({ delegate }) => delegate !== contract)
    .map(
      ({ delegate, proxyType }) =>
        `${delegate} holds a proxy (${proxyType}) of the treasury's coldkey: whoever has its key can act for the treasury; only the contract should`
    ),
  ...(proxies.some(({ delegate, delay }) => delegate === contract && delay === 0)
    ? []
    : ["the contract is not a proxy of the treasury's coldkey: it can harvest nothing"])
]

/** Reads who may act for the treasury on the chain: the proxies of its coldkey, and the owner of its hotkey. */
import { Effect, Schema } from "effect"
import { AccountAddress, fromPublicKey } from "../../../domain/Account.ts"
import { type BlockReference, Chain } from "../node/Chain.ts"

const Proxy = Schema.Struct({ delegate: AccountAddress, proxyType: Schema.String, delay: Schema.Number })
type Proxy = typeof Proxy.Type

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

/** The coldkey that owns a hotkey on the chain; none if the hotkey was never registered. Only this coldkey could swap the hotkey for another. */
const ownerOf = Effect.fn("ownerOfHotkey")(function* (hotkey: AccountAddress, at: BlockReference) {
  const found = yield* (yield* Chain).readAt("owner of a hotkey", at.hash, async (api) => {
    const query = api.query.subtensorModule?.owner
    if (query === undefined) throw new Error("this chain has no SubtensorModule pallet")
    const [owner, nobody] = await Promise.all([query(hotkey), query(fromPublicKey(new Uint8Array(32)))])
    // For a hotkey without an owner the chain returns a fixed account.
    return owner.toString() === nobody.toString() ? undefined : owner.toString()
  })
  return found
})

/**
 * The proxies of the treasury's coldkey, and warnings: who besides the contract could move the treasury's money, and why the contract could not. No
 * warnings where everything is in order.
 */
export const accessToTreasury = Effect.fn("accessToTreasury")(function* (
  treasury: { readonly treasuryHotkey: AccountAddress; readonly treasuryColdkey: AccountAddress },
  contract: AccountAddress,
  at: BlockReference
) {
  const { treasuryColdkey, treasuryHotkey } = treasury
  const [proxies, owner] = yield* Effect.all([proxiesOf(treasuryColdkey, at), ownerOf(treasuryHotkey, at)], { concurrency: 2 })
  const warnings = [
    ...proxyWarnings(proxies, contract),
    ...(owner === undefined || owner === treasuryColdkey
      ? []
      : [
          `the treasury's hotkey belongs to ${owner}, who gets what it earns, and can swap it for another and so take all stake behind it out of the contract's reach`
        ])
  ]
  return { proxies, warnings }
})

/** Warnings about the treasury's proxies. The contract must be the only one, without a delay. */
const proxyWarnings = (proxies: ReadonlyArray<Proxy>, contract: AccountAddress): ReadonlyArray<string> => [
  ...proxies
    .filter(({ delegate }) => delegate !== contract)
    .map(
      ({ delegate, proxyType }) =>
        `${delegate} holds a proxy (${proxyType}) of the treasury's coldkey: anyone who has its key can act for the treasury; only the contract should`
    ),
  ...(proxies.some(({ delegate, delay }) => delegate === contract && delay === 0)
    ? []
    : ["the contract is not a proxy of the treasury's coldkey: it can harvest nothing"])
]

/** Accounts' free balances, from which they pay fees. */
import { Effect, Option, Schema } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import { type BlockReference, Chain } from "./Chain.ts"
import { readMap } from "./storedMap.ts"

/** An account as polkadot.js prints it. */
const AccountBalance = Schema.Struct({ data: Schema.Struct({ free: Schema.Union(Schema.Number, Schema.String) }) })

/** The free balance of a `System.Account`, in rao of TAO; 0 where there is no such account. */
export const freeBalanceIn = (account: unknown): bigint =>
  Option.match(Schema.decodeUnknownOption(AccountBalance)(account), { onNone: () => 0n, onSome: ({ data }) => BigInt(data.free) })

/** An account's free balance in rao of TAO, at a block or at the best one. */
export const freeBalanceOf = Effect.fn("Chain.freeBalanceOf")(function* (account: AccountAddress, at?: BlockReference) {
  const chain = yield* Chain
  return at === undefined
    ? yield* chain.read("balance", async (api) => freeBalanceIn((await api.query.system?.account?.(account))?.toJSON()))
    : yield* chain.readAt("balance", at.hash, async (api) => freeBalanceIn((await api.query.system?.account?.(account))?.toJSON()))
})

/** The free balances of several accounts at a block, in rao of TAO. */
export const freeBalancesOf = Effect.fn("Chain.freeBalancesOf")(function* (accounts: ReadonlyArray<AccountAddress>, at: BlockReference) {
  const keys = accounts.map((account) => [account])
  const found = yield* readMap(yield* Chain, ["system", "account"], keys, at.hash)
  return new Map<string, bigint>(accounts.map((account, place) => [account, freeBalanceIn(found?.[place])]))
})

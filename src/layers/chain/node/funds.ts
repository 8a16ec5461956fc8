/** What an account has for fees, and for how long that lasts. */
import { Effect, Option, Schema } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import { type BlockReference, Chain } from "./Chain.ts"

/** An account as polkadot.js prints it. */
const AccountBalance = Schema.Struct({ data: Schema.Struct({ free: Schema.Union(Schema.Number, Schema.String) }) })

/** The free balance of a `System.Account`, in rao of TAO; 0 where there is no such account. */
export const freeIn = (account: unknown): bigint =>
  Option.match(Schema.decodeUnknownOption(AccountBalance)(account), { onNone: () => 0n, onSome: ({ data }) => BigInt(data.free) })

/** What an account has free, in rao of TAO: at a block, or at the best one. */
export const freeOf = Effect.fn("Chain.freeOf")(function* (account: AccountAddress, at?: BlockReference) {
  const chain = yield* Chain
  return at === undefined
    ? yield* chain.read("balance", async (api) => freeIn((await api.query.system?.account?.(account))?.toJSON()))
    : yield* chain.readAt("balance", at.hash, async (api) => freeIn((await api.query.system?.account?.(account))?.toJSON()))
})

/**
 * What a validator cannot spend, in rao: the chain holds up to 0.05 TAO for each message until that has run, and four may be sent at once (docs/operate.md, "Fees").
 */
export const HELD = 200_000_000n

/** What a month of a small subnet costs a validator, in rao (the same page). */
const MONTH = 640_000_000n
const DAYS_OF_MONTH = 30n

/** Less than this is little for anybody, in rao. */
export const LITTLE = 250_000_000n

/** Rao of TAO for people, to a thousandth, rounded down. */
export const taoText = (rao: bigint): string => `${(Number(rao / 1_000_000n) / 1000).toFixed(3)} TAO`

/** How many days a balance lasts at what a day costs, both in rao. undefined: nothing is spent. */
export const daysLeft = (free: bigint, daily: bigint): number | undefined =>
  daily === 0n ? undefined : Number(((free > HELD ? free - HELD : 0n) * 10n) / daily) / 10

/** How much to send so that an account has a month's fees and what is held, in tenths of TAO, rounded up. `daily`: in rao; undefined: not measured. */
export const toSend = (free: bigint, daily: bigint | undefined): string => {
  const month = daily === undefined || daily * DAYS_OF_MONTH < MONTH ? MONTH : daily * DAYS_OF_MONTH
  const missing = HELD + month - free
  const tenths = missing <= 0n ? 0n : (missing + 99_999_999n) / 100_000_000n
  return `${(Number(tenths) / 10).toFixed(1)} TAO`
}

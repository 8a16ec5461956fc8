/** Conversions between recorded pools and the model's. */
import { HashMap, Option } from "effect"
import type { StakePool, StoredShares } from "../../../lab/contract-model/StakePool.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import type { State } from "./sequences.ts"

type Recorded = State["pools"][number]
type Named = (name: string) => AccountAddress

const stored = (present: readonly [bigint, number] | null, legacy: bigint | null): StoredShares | null =>
  present === null ? legacy : { significand: present[0], exponent: present[1] }

/** The pool that a recording describes. */
export const poolOfRecord = ({ holders, legacyShares, shares, total }: Recorded, account: Named): StakePool => ({
  total,
  shares: stored(shares, legacyShares),
  holders: HashMap.fromIterable(
    holders.flatMap(({ coldkey, legacyShare, share }) => {
      const own = stored(share, legacyShare)
      return own === null ? [] : [[account(coldkey), own] as const]
    })
  )
})

const present = (shares: StoredShares | null) =>
  shares === null || typeof shares === "bigint" ? null : ([shares.significand, shares.exponent] as const)
const legacy = (shares: StoredShares | null) => (typeof shares === "bigint" ? shares : null)

/** A pool in the recording's form. `stake` returns a coldkey's stake. */
export const recordOfPool = (
  hotkey: string,
  pool: StakePool,
  coldkeys: ReadonlyArray<string>,
  account: Named,
  stake: (coldkey: AccountAddress) => bigint
): Recorded => ({
  hotkey,
  total: pool.total,
  shares: present(pool.shares),
  legacyShares: legacy(pool.shares),
  holders: coldkeys.map((coldkey) => {
    const own = Option.getOrNull(HashMap.get(pool.holders, account(coldkey)))
    return { coldkey, stake: stake(account(coldkey)), share: present(own), legacyShare: legacy(own) }
  })
})

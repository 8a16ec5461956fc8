/** Stake pools in the dev chain's storage, in the runtime's format. */
import { blake2b } from "@polkadot/wasm-crypto"
import { HashMap } from "effect"
import { emptyPool, type StakePool, type StoredShares } from "../../../lab/contract-model/StakePool.ts"
import type { BareHex } from "../../../lab/devnet/chain/codec/hex.ts"
import { concat, ScaleReader, unsigned } from "../../../lab/devnet/chain/codec/scale.ts"
import { storageValueKey } from "../../../lab/devnet/chain/state/keys.ts"
import type { Overlay } from "../../../lab/devnet/chain/state/Overlay.ts"
import type { StateView } from "../../../lab/devnet/chain/state/StateStore.ts"
import { type AccountAddress, fromPublicKey, toPublicKey } from "../../../src/domain/Account.ts"

const nothing = new Uint8Array()

/** Encodes bytes as a key of a Blake2_128Concat map. */
const concatHashed = (bytes: Uint8Array): BareHex => blake2b(bytes, nothing, 16).toHex() + bytes.toHex()

const parts = new Map<AccountAddress, BareHex>()

/** An account as a key of a Blake2_128Concat map. */
export const accountPart = (account: AccountAddress): BareHex => {
  const known = parts.get(account)
  if (known !== undefined) return known
  const made = concatHashed(toPublicKey(account))
  parts.set(account, made)
  return made
}

/** A subnet's number as a key of an Identity map. */
export const subnetPart = (netuid: number): BareHex => unsigned(netuid, 2).toHex()

const item = (name: string) => storageValueKey("SubtensorModule", name)
const [total, present, legacy] = [item("TotalHotkeyAlpha"), item("TotalHotkeySharesV2"), item("TotalHotkeyShares")]
const [presentOwn, legacyOwn] = [item("AlphaV2"), item("Alpha")]
const [epoch, epochOwn] = [item("AlphaSharePoolEpoch"), item("AlphaShareEpoch")]

/** Hex digits of the 16-byte hash in front of a 32-byte account. */
const HASH = 32
const ACCOUNT = 64

const readPresent = (bytes: Uint8Array): StoredShares => {
  const reader = new ScaleReader(bytes)
  return { significand: reader.unsigned(16), exponent: Number(BigInt.asIntN(64, reader.unsigned(8))) }
}

const readLegacy = (bytes: Uint8Array): StoredShares => new ScaleReader(bytes).unsigned(16)

const readEpoch = (bytes: Uint8Array | undefined): bigint => (bytes === undefined ? 0n : new ScaleReader(bytes).unsigned(8))

/** A hotkey's pool on a subnet, without who had shares of it before it was opened or closed last. */
export const readPool = (state: StateView, netuid: number, hotkey: AccountAddress): StakePool => {
  const place = accountPart(hotkey) + subnetPart(netuid)
  const now = readEpoch(state.get("", epoch + place))
  const amount = state.get("", total + place)
  const [all, before] = [state.get("", present + place), state.get("", legacy + place)]
  let holders = emptyPool.holders
  for (const [prefix, read] of [
    [presentOwn + accountPart(hotkey), readPresent],
    [legacyOwn + accountPart(hotkey), readLegacy]
  ] as const) {
    for (const key of state.keys("", prefix)) {
      const bytes = state.get("", key)
      if (bytes === undefined || !key.endsWith(subnetPart(netuid))) continue
      const since = readEpoch(state.get("", epochOwn + accountPart(hotkey) + key.slice(prefix.length)))
      if (since !== now) continue
      const coldkey = fromPublicKey(Uint8Array.fromHex(key.slice(prefix.length + HASH, prefix.length + HASH + ACCOUNT)))
      holders = HashMap.set(holders, coldkey, read(bytes))
    }
  }
  return {
    total: amount === undefined ? 0n : new ScaleReader(amount).unsigned(8),
    shares: before !== undefined ? readLegacy(before) : all !== undefined ? readPresent(all) : null,
    holders
  }
}

const encode = (shares: StoredShares): Uint8Array =>
  typeof shares === "bigint"
    ? unsigned(shares, 16)
    : concat([unsigned(shares.significand, 16), unsigned(BigInt.asUintN(64, BigInt(shares.exponent)), 8)])

/** Replaces a hotkey's pool on a subnet by one that was never closed. */
export const writePool = (state: Overlay, netuid: number, hotkey: AccountAddress, pool: StakePool): void => {
  const place = accountPart(hotkey) + subnetPart(netuid)
  for (const prefix of [presentOwn, legacyOwn, epochOwn])
    for (const key of [...state.keys("", prefix + accountPart(hotkey))]) if (key.endsWith(subnetPart(netuid))) state.set("", key, null)
  state.set("", epoch + place, null)
  const put = (keys: { readonly present: BareHex; readonly legacy: BareHex }, shares: StoredShares | null) => {
    const old = typeof shares === "bigint"
    state.set("", keys.present, shares === null || old ? null : encode(shares))
    state.set("", keys.legacy, old ? encode(shares) : null)
  }
  state.set("", total + place, pool.total === 0n ? null : unsigned(pool.total, 8))
  put({ present: present + place, legacy: legacy + place }, pool.shares)
  const keysOf = (coldkey: AccountAddress) => {
    const own = accountPart(hotkey) + accountPart(coldkey) + subnetPart(netuid)
    return { present: presentOwn + own, legacy: legacyOwn + own }
  }
  for (const [coldkey, shares] of HashMap.entries(pool.holders)) put(keysOf(coldkey), shares)
}

/** Keys of the dev chain's storage that a sequence reads and writes directly. */
import { blake2b } from "@polkadot/wasm-crypto"
import { twox } from "../../../../lab/devnet/chain/codec/hash.ts"
import type { BareHex } from "../../../../lab/devnet/chain/codec/hex.ts"
import { unsigned } from "../../../../lab/devnet/chain/codec/scale.ts"
import { storageValueKey } from "../../../../lab/devnet/chain/state/keys.ts"
import { type AccountAddress, toPublicKey } from "../../../../src/domain/Account.ts"
import { accountPart, subnetPart } from "../../../support/subtensor/poolStorage.ts"

const nothing = new Uint8Array()
const text = new TextEncoder()

const pallet = "SubtensorModule"

export const blockNumberKey = storageValueKey("System", "Number")
/** The prefix of the System pallet's keys. */
export const systemPrefix = storageValueKey("System", "Number").slice(0, 32)
export const systemAccountPrefix = storageValueKey("System", "Account")
export const eventsKey = storageValueKey("System", "Events")
export const minStakeKey = storageValueKey("DevChain", "MinTransfer")

/** The hotkeys behind which a coldkey has or had stake. The chain looks for unlocked stake only there. */
export const stakingHotkeysKey = (coldkey: AccountAddress): BareHex => storageValueKey(pallet, "StakingHotkeys") + accountPart(coldkey)

/** A subnet's `SubnetAlphaOut`. */
export const alphaOutKey = (netuid: number): BareHex => storageValueKey(pallet, "SubnetAlphaOut") + subnetPart(netuid)

/** Whether the netuid exists. */
export const subnetExistsKey = (netuid: number): BareHex => storageValueKey(pallet, "NetworksAdded") + subnetPart(netuid)

/** How often the netuid was registered. */
export const registrationsKey = (netuid: number): BareHex => storageValueKey(pallet, "RegisteredSubnetCounter") + subnetPart(netuid)

/** An account's balance. */
export const accountKey = (account: AccountAddress): BareHex =>
  systemAccountPrefix + blake2b(toPublicKey(account), nothing, 16).toHex() + toPublicKey(account).toHex()

export const tokenEnabledKey = (netuid: number): BareHex => storageValueKey(pallet, "SubtokenEnabled") + subnetPart(netuid)

export const transfersAllowedKey = (netuid: number): BareHex => storageValueKey(pallet, "TransferToggle") + subnetPart(netuid)

/** The coldkey that owns a hotkey. The chain knows no other hotkeys. */
export const hotkeyOwnerKey = (hotkey: AccountAddress): BareHex => storageValueKey(pallet, "Owner") + accountPart(hotkey)

/** A coldkey's locked alpha. */
export const lockKey = (coldkey: AccountAddress, netuid: number, hotkey: AccountAddress): BareHex =>
  storageValueKey(pallet, "Lock") + accountPart(coldkey) + subnetPart(netuid) + accountPart(hotkey)

/** An account's proxies. */
export const proxiesKey = (account: AccountAddress): BareHex =>
  storageValueKey("Proxy", "Proxies") + twox(toPublicKey(account), 1).toHex() + toPublicKey(account).toHex()

/** Where the dev chain's runtime finds the status that a chain extension function returns without acting; 0xffff stands for runtime calls. */
export const faultKey = (chainFunction: number): BareHex =>
  blake2b(text.encode("gittensor:fail"), nothing, 16).toHex() + unsigned(chainFunction, 2).toHex()

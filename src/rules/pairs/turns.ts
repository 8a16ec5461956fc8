/** Decides which validator does a chore, so that n validators do not send the same call n times. */
import type { AccountAddress } from "../../domain/Account.ts"
import { compareBytes, turnHash } from "./hashOrder.ts"

/** The validators in the order of their turns at a block: by hash(block hash, hotkey), lowest first. Repeated hotkeys count once. */
export const turnOrder = (blockHash: Uint8Array, validators: Iterable<AccountAddress>): ReadonlyArray<AccountAddress> =>
  [...new Set(validators)]
    .map((hotkey) => ({ hotkey, hash: turnHash(blockHash, hotkey) }))
    .sort((left, right) => compareBytes(left.hash, right.hash))
    .map(({ hotkey }) => hotkey)

/**
 * The block from which `hotkey` may do a chore that is due since block `due`: the first validator in the order at once, each further one `step`
 * blocks later if the chore is still undone. null if `hotkey` is not among the validators.
 */
export const turnFrom = (
  blockHash: Uint8Array,
  validators: Iterable<AccountAddress>,
  hotkey: AccountAddress,
  due: number,
  step: number
): number | null => {
  const place = turnOrder(blockHash, validators).indexOf(hotkey)
  return place < 0 ? null : due + place * step
}

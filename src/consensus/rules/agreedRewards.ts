/** The rewards for contributions that follow from a settlement. Pure. */
import type { Holders } from "../../domain/Metagraph.ts"
import type { Settlement } from "../../domain/Settlement.ts"

/**
 * Parts per million of the contributions' share, by UID. If a UID has another hotkey than at the epoch's first block, its part is recycled.
 * `neurons`: at the epoch's block E + D2.
 */
export const agreedRewards = ({ values }: Settlement, { neurons }: Holders): ReadonlyMap<number, number> => {
  const holders = new Map(neurons.map(({ uid, hotkey }) => [uid, hotkey]))
  return new Map(values.flatMap(({ uid, hotkey, ppm }) => (ppm > 0 && holders.get(uid) === hotkey ? [[uid, ppm] as const] : [])))
}

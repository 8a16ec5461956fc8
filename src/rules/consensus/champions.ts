/** The champions: the winners of the last paid competitions, who share a pool of their own. Pure. */
import type { AccountAddress } from "../../domain/Account.ts"
import type { PaidWin } from "../../domain/Competition.ts"
import { type Metagraph, neuronOf } from "../../domain/Metagraph.ts"

/** The places' parts of the pool in parts per million, the newest first: 5:4:3:2:1 by largest remainder. */
const PARTS = [333_333, 266_667, 200_000, 133_333, 66_667]

/**
 * At most five different hotkeys, the newest win first; of wins that were settled in the same block, the later competition is the newer. A repeated
 * winner moves to the front, and a sixth winner displaces the last. The order of the input does not matter.
 */
export const championsOf = (wins: ReadonlyArray<PaidWin>): ReadonlyArray<AccountAddress> => {
  const newestFirst = wins.toSorted((left, right) => right.wonAt - left.wonAt || right.competition - left.competition)
  return [...new Set(newestFirst.map(({ hotkey }) => hotkey))].slice(0, PARTS.length)
}

/**
 * Parts per million of the champions' pool, by UID. `wins` and `first` are as of the epoch's first block, `now` is the subnet when weights are set.
 * An empty place has no part, nor has a champion who was not registered then or whose UID has another hotkey now; nobody moves up.
 */
export const championRewards = (wins: ReadonlyArray<PaidWin>, first: Metagraph, now: Metagraph): ReadonlyMap<number, number> => {
  const holders = new Map(now.neurons.map(({ uid, hotkey }) => [uid, hotkey]))
  return new Map(
    championsOf(wins).flatMap((hotkey, place): ReadonlyArray<readonly [number, number]> => {
      const uid = neuronOf(first, hotkey)?.uid
      return uid !== undefined && holders.get(uid) === hotkey ? [[uid, PARTS[place] ?? 0]] : []
    })
  )
}

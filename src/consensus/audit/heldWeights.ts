/** What a validator holds if no consensus reaches it, as the chain alone tells. Pure. */
import type { HeldWeights } from "../../domain/EpochFacts.ts"
import { toU16 } from "../../domain/toU16.ts"
import { type HoldMoment, holdAt } from "../rules/hold.ts"

/**
 * As of block E + D2. How many epochs were without consensus only the validator knows, so this is what it sends after few of them: later ones have its own
 * scores.
 */
export const heldWeights = (moment: Omit<HoldMoment, "epochsWithout">): HeldWeights => {
  const held = holdAt({ ...moment, epochsWithout: 1 })
  switch (held._tag) {
    case "Wait":
      return { _tag: "Wait" }
    case "OwnScores":
      return { _tag: "Nothing" }
    case "SendAgain": {
      const kept = new Map(held.weights.map(({ uid, value }) => [uid, value]))
      const changed = moment.onChain.flatMap(([uid, value]) => (value > 0 && !kept.has(uid) ? [uid] : []))
      return { _tag: "SendAgain", ...toU16(kept), changed }
    }
  }
}

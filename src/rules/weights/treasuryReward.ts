import type { AccountAddress } from "../../domain/Account.ts"
import { WHOLE_PPM } from "../../domain/Emission.ts"
import { type Metagraph, neuronOf } from "../../domain/Metagraph.ts"
import { nothingScored, type Scoring, scored } from "./rewards.ts"

/** Gives the competitions' whole share to the treasury's UID, or recycles it if the treasury is not registered. */
export const treasuryReward = (metagraph: Metagraph, treasuryHotkey: AccountAddress): Scoring => {
  const neuron = neuronOf(metagraph, treasuryHotkey)
  return neuron === undefined
    ? nothingScored(`the treasury's hotkey ${treasuryHotkey} is not registered on subnet ${metagraph.netuid}`)
    : scored(new Map([[neuron.uid, WHOLE_PPM]]))
}

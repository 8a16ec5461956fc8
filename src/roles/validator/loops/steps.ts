/** The steps of the loops that work on the contract and the subnet. Each can be repeated: finished work shows on chain. */
import { Effect } from "effect"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import * as Consensus from "./consensus.ts"
import * as Gossip from "./gossip.ts"
import * as Round from "./round.ts"
import * as Upkeep from "./upkeep.ts"
import * as Verdicts from "./verdicts.ts"
import * as Weights from "./weights.ts"

export const make = (hotkey: KeyPair) =>
  Effect.all({
    gossip: Gossip.make(hotkey),
    consensus: Consensus.make(hotkey),
    round: Round.make(hotkey),
    verdicts: Verdicts.make(hotkey),
    upkeep: Upkeep.make(hotkey),
    weights: Weights.make(hotkey)
  })

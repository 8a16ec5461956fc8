/** The steps of the loops that work on the contract and the subnet. Each can be repeated: finished work shows on chain. */
import { Effect } from "effect"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import * as IssueCompetitions from "../../../scoring/issue_competitions/IssueCompetitions.ts"
import { Sender } from "../Sender.ts"
import * as Consensus from "./consensus.ts"
import * as Gossip from "./gossip.ts"
import * as RosterLoop from "./roster.ts"
import * as Round from "./round.ts"
import * as Upkeep from "./upkeep.ts"
import * as Verdicts from "./verdicts.ts"
import * as Weights from "./weights.ts"

export const make = Effect.fn("validator.steps")(function* (hotkey: KeyPair) {
  const competitions = yield* IssueCompetitions.make(hotkey.address, yield* Sender)
  return yield* Effect.all({
    gossip: Gossip.make(hotkey),
    roster: RosterLoop.make,
    consensus: Consensus.make(hotkey),
    round: Round.make(competitions),
    verdicts: Verdicts.make(competitions),
    upkeep: Upkeep.make(hotkey, competitions),
    weights: Weights.make(hotkey)
  })
})

/**
 * The gossip loop's step: exchanges enrolments with the other validators. Its own loop, so that slow peers delay neither attesting nor voting. Enrolments
 * received by gossip are attested at the next head.
 */
import { Effect, Ref } from "effect"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import { placeOf } from "../../../domain/Round.ts"
import { Contract } from "../../../layers/chain/contract/Contract.ts"
import type { BlockReference } from "../../../layers/chain/node/Chain.ts"
import * as EnrolmentGossip from "../../../scoring/issue_competitions/enrolments/EnrolmentGossip.ts"

/** Gossip interval outside the attesting blocks, in blocks. */
const GOSSIP_BLOCKS = 10

/** Gossips at each head of the attesting blocks, and every few blocks between them. */
export const make = Effect.fn("gossipStep")(function* (hotkey: KeyPair) {
  const contract = yield* Contract
  const round = yield* EnrolmentGossip.make(hotkey)
  const last = yield* Ref.make(Number.NEGATIVE_INFINITY)
  return Effect.fn("validator.gossip")(function* (head: BlockReference) {
    const { phase } = placeOf(head.number, yield* contract.config)
    if (phase !== "attest" && head.number - (yield* Ref.get(last)) < GOSSIP_BLOCKS) return
    yield* Ref.set(last, head.number)
    yield* round
  })
})

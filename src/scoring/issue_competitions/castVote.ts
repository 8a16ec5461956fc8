/** Sending one vote: written down before, so that however many processes run with one hotkey, one vote is in flight. */
import { Effect } from "effect"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { type BlockReference, Chain, type Inclusion } from "../../layers/chain/Chain.ts"
import { Outgoing } from "../../layers/chain/Outgoing.ts"
import { type CallError, Contract, type Sent } from "../../layers/contract/Contract.ts"
import { type Ballot, Journal } from "../../layers/store/Journal.ts"
import { count } from "../../telemetry/metrics.ts"

/** How long a claimed vote keeps others from sending it, in blocks: by then it is in a block or never will be. */
const CLAIM_BLOCKS = 12

/** What became of a vote, for its count. A chain that did not answer leaves it open. */
const RESULTS: Readonly<Record<string, string>> = {
  ChainUnavailable: "unknown",
  ContractRefusal: "refused",
  TransactionWithheld: "withheld"
}

export interface Vote {
  readonly kind: Ballot["kind"]
  readonly issue: number
  /** null for an outcome. */
  readonly round: number | null
  /** The choice as text: the same text is the same vote. */
  readonly choice: string
}

/**
 * Sends unless this vote is in flight already; answers what was sent. A refusal by the contract gives the claim back; a chain that did not answer keeps
 * it, because the transaction may be on its way.
 */
export const castVote = Effect.fn("castVote")(function* <Value>(
  vote: Vote,
  signer: KeyPair,
  head: BlockReference,
  send: Effect.Effect<Sent<Value>, CallError>
) {
  const [chain, contract, journal] = yield* Effect.all([Chain, Contract, Journal])
  yield* Effect.annotateCurrentSpan({ kind: vote.kind, issue: vote.issue, choice: vote.choice })
  const ballot: Ballot = {
    chain: chain.genesisHash,
    contract: contract.address,
    hotkey: signer.address,
    kind: vote.kind,
    issue: vote.issue,
    round: vote.round
  }
  const claim = yield* journal.claim(ballot, vote.choice, { at: head.number, expiresAt: head.number + CLAIM_BLOCKS })
  if (claim._tag === "InFlight") {
    yield* count("gittensor_votes_total", { kind: vote.kind, result: "in_flight" })
    yield* Effect.logDebug("vote in flight already").pipe(Effect.annotateLogs({ ...vote, process: claim.process }))
    return undefined
  }
  const outgoing = yield* Outgoing
  const sent = yield* send.pipe(
    Effect.provideService(Outgoing, { ...outgoing, vote: { ballot, choice: vote.choice } }),
    Effect.tapError((error) => (error._tag === "ChainUnavailable" ? Effect.void : journal.release(ballot, vote.choice))),
    Effect.tapError((error) => count("gittensor_votes_total", { kind: vote.kind, result: RESULTS[error._tag] ?? "failed" }))
  )
  yield* count("gittensor_votes_total", { kind: vote.kind, result: "sent" })
  yield* Effect.logInfo(`${vote.kind} vote sent`).pipe(Effect.annotateLogs({ ...vote, ...placeIn(sent.inclusion) }))
  return sent
})

const placeIn = (inclusion: Inclusion) => ({ block: inclusion.block.number, transaction: inclusion.extrinsicHash })

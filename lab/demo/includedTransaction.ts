/** Finds a transaction whose sender lost track of it because the node stopped answering. */
import type { DispatchError, EventRecord } from "@polkadot/types/interfaces"
import type { Vec } from "@polkadot/types-codec"
import { Effect, Option } from "effect"
import { toPublicKey } from "../../src/domain/Account.ts"
import type { BlockReference } from "../../src/layers/chain/node/BlockReference.ts"
import { Chain, type Inclusion, type SignedTransaction } from "../../src/layers/chain/node/Chain.ts"
import { transactionFailure } from "../../src/layers/chain/node/errors.ts"
import { nonceAt, sentBetween } from "../../src/layers/chain/node/sentBy.ts"

/** The transaction in its block, with its events. Fails if it failed there. */
const inclusionOf = Effect.fn("Chain.inclusionOf")(function* (label: string, extrinsicHash: string, number: number) {
  const chain = yield* Chain
  const hash = yield* chain.hashOf(number)
  const { events, error } = yield* chain.readAt("events of a transaction", hash, async (at, api) => {
    const [records, { block }] = await Promise.all([at.query.system?.events?.(), api.rpc.chain.getBlock(hash)])
    const place = block.extrinsics.findIndex((extrinsic) => extrinsic.hash.toHex() === extrinsicHash)
    const events = [...((records ?? []) as Vec<EventRecord>)].filter(
      ({ phase }) => phase.isApplyExtrinsic && phase.asApplyExtrinsic.toNumber() === place
    )
    const failed = events.flatMap(({ event }) => (api.events.system?.ExtrinsicFailed?.is(event) ? [event.data[0] as DispatchError] : []))
    return { events, error: failed[0] }
  })
  if (error !== undefined) return yield* transactionFailure(label, error)
  return { block: { number, hash }, extrinsicHash, events } satisfies Inclusion
})

/**
 * Where one of these transactions of one signer was included, after block `from` up to and including `to`; none if it was not. Several transactions
 * are attempts at the same call.
 */
export const includedBetween = Effect.fn("Chain.includedBetween")(function* (
  attempts: ReadonlyArray<SignedTransaction>,
  from: BlockReference,
  to: BlockReference
) {
  const [first] = attempts
  if (first === undefined) return Option.none<Inclusion>()
  const publicKey = toPublicKey(first.signer)
  // Earlier transactions of the account have lower nonces and are skipped.
  const sent = yield* sentBetween(publicKey, { block: from.number, nonce: first.nonce }, yield* nonceAt(publicKey, to))
  const found = sent.find(({ hash }) => attempts.some((attempt) => attempt.hash === hash))
  return found === undefined ? Option.none<Inclusion>() : Option.some(yield* inclusionOf(first.label, found.hash, found.block))
})

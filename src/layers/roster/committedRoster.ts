/** The roster that the subnet's owner has committed to: a text in the commitment of the owner's hotkey. */
import { Effect, Option, Schema } from "effect"
import { AccountAddress } from "../../domain/Account.ts"
import { rosterOf } from "../../domain/CommitmentSlot.ts"
import type { RosterCommitment } from "../../domain/SignedRoster.ts"
import { type BlockReference, Chain, isForgotten } from "../chain/Chain.ts"
import { Subnet, UnknownSubnet } from "../subnet/Subnet.ts"

/** The hotkey of the subnet's owner, which signs and commits. */
const ownerHotkeyAt = Effect.fn("ownerHotkeyAt")(function* (at: BlockReference) {
  const [chain, { netuid }] = yield* Effect.all([Chain, Subnet])
  const found = yield* chain.readAt("the owner's hotkey", at.hash, async (api) =>
    (await api.query.subtensorModule?.subnetOwnerHotkey?.(netuid))?.toJSON()
  )
  return yield* Schema.decodeUnknown(AccountAddress)(found).pipe(
    Effect.mapError(() => new UnknownSubnet({ netuid, reason: "it has no storage SubtensorModule.SubnetOwnerHotkey" }))
  )
})

export interface OwnersRoster {
  readonly owner: AccountAddress
  /** None: the owner has committed to no roster. */
  readonly committed: RosterCommitment | undefined
  /** The block in which the owner's commitment was last written, whichever of its texts changed. */
  readonly block: number | undefined
}

/** The roster that the subnet's owner is committed to after a block. */
export const committedRosterAt = Effect.fn("committedRosterAt")(function* (at: BlockReference) {
  const owner = yield* ownerHotkeyAt(at)
  const [commitment] = yield* (yield* Subnet).commitments(at, [owner])
  const found: OwnersRoster = { owner, committed: Option.getOrUndefined(rosterOf(commitment?.fields ?? [])), block: commitment?.block }
  return found
})

/**
 * The roster of the epoch that begins at a block: what the owner was committed to before that block. A commitment in the block itself is for the epoch after.
 * `head` answers for a node that has forgotten: what was last written before that block is the same now.
 */
export const rosterOfEpoch = Effect.fn("rosterOfEpoch")(function* (firstBlock: number, head: BlockReference) {
  const { hashOf } = yield* Chain
  const number = Math.max(0, firstBlock - 1)
  return yield* hashOf(number).pipe(
    Effect.flatMap((hash) => committedRosterAt({ number, hash })),
    Effect.catchIf(isForgotten, (forgotten) =>
      Effect.filterOrFail(
        committedRosterAt(head),
        ({ block }) => block !== undefined && block < firstBlock,
        () => forgotten
      )
    )
  )
})

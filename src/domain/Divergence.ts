/**
 * How a validator's own scores differ from the validators' aggregate, epoch by epoch: the figures by which to decide whether to set weights by
 * consensus. Signed by the validator, and shown to everybody.
 *
 * The hotkey signs five lines:
 *
 *     gittensor/divergence/v1
 *     genesis 0x<64 lower-case hexadecimal digits>
 *     netuid 74
 *     validator 5…
 *     sha256 <of the canonical body, 64 lower-case hexadecimal digits>
 */
import { Schema } from "effect"
import { AccountAddress, Hash32 } from "./Account.ts"
import { type SignedDocument, signedDocument } from "./SignedDocument.ts"

/** How many epochs a window has at most: five days at a tempo of 360 blocks. */
export const WINDOW_EPOCHS = 100

/** The most characters of a signed window, which are all ASCII. 64 validators take at most 7,500 in an epoch. */
export const MAX_WINDOW_TEXT = 2_097_152

/** The part of it that is not an epoch: format, subnet, validator, signature. */
const FRAME_TEXT = 1_000

const Uid = Schema.Int.pipe(Schema.between(0, 65_535))
const Epoch = Schema.NonNegativeInt
const Sha256 = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/))

/** How far a peer's report repeats the consensus of an earlier epoch instead of measuring. */
const PeerCopy = Schema.Struct({
  hotkey: AccountAddress,
  /** 0: the report has all changes since. 1,000: none, as a copy. Null: there are no changes. */
  milli: Schema.NullOr(Schema.Int.pipe(Schema.between(0, 1_000))),
  /** The sum of the changes, in millionths of a point: with little of it, the score says little. */
  evidence: Schema.NonNegativeInt
})

export const EpochDivergence = Schema.Struct({
  epoch: Epoch,
  /** The epoch's first block. */
  block: Schema.NonNegativeInt,
  /** The hash of the validator's own report; null if there is none, so that nothing is compared. */
  report: Schema.NullOr(Sha256),
  /** Validators with a counted report, of those that may report. */
  reporting: Schema.NonNegativeInt,
  voters: Schema.NonNegativeInt,
  /** Without a quorum there is no consensus, and nothing is compared. */
  quorum: Schema.Boolean,
  /** Whether own scores and consensus have the same best miner; null if one of them has none. */
  sameTop: Schema.NullOr(Schema.Boolean),
  /** Spearman's rank correlation over the miners that the validator measured, in parts per million; null if all values of one side are equal. */
  spearmanPpm: Schema.NullOr(Schema.Int.pipe(Schema.between(-1_000_000, 1_000_000))),
  /** How many miners are among the best ten of both, and how many could be: fewer than ten if fewer earned anything. */
  overlap: Schema.NonNegativeInt,
  overlapOf: Schema.NonNegativeInt,
  /** The epoch whose consensus could have been copied: the last earlier one with a consensus; null if none is known. */
  copyable: Schema.NullOr(Epoch),
  /** The other validators' reports that were counted, by hotkey. */
  copies: Schema.Array(PeerCopy)
})
export interface EpochDivergence extends Schema.Schema.Type<typeof EpochDivergence> {}

export const DivergenceWindow = Schema.Struct({
  format: Schema.Literal("gittensor/divergence/v1"),
  netuid: Uid,
  genesis: Hash32,
  validator: AccountAddress,
  /** Sorted by epoch, each once. */
  epochs: Schema.Array(EpochDivergence).pipe(
    Schema.maxItems(WINDOW_EPOCHS),
    Schema.filter((epochs) => {
      const index = epochs.findIndex(({ epoch }, at) => epoch <= (epochs[at - 1]?.epoch ?? -1))
      return index < 0 ? undefined : { path: [index, "epoch"], message: "epochs are sorted, each once" }
    })
  )
})
export interface DivergenceWindow extends Schema.Schema.Type<typeof DivergenceWindow> {}

export interface SignedDivergence extends SignedDocument<DivergenceWindow> {}

/** `sign` takes the key of the validator that the window names; `Text` is the canonical document, verified when it is decoded. */
export const signedDivergence = signedDocument(
  DivergenceWindow,
  ({ format, genesis, netuid, validator }) => ({
    signer: validator,
    lines: [format, `genesis ${genesis}`, `netuid ${netuid}`, `validator ${validator}`]
  }),
  MAX_WINDOW_TEXT
)

/** An upper bound of an epoch's characters, from the lengths of its lists: it is faster than writing a long window twice. */
const mostText = ({ copies }: EpochDivergence): number => 450 + 110 * copies.length

/** The epochs of a window: the newest ones, as many as fit. `epochs`: sorted by number, each once. */
export const windowOf = (epochs: ReadonlyArray<EpochDivergence>): ReadonlyArray<EpochDivergence> => {
  const newest = epochs.slice(-WINDOW_EPOCHS)
  let left = MAX_WINDOW_TEXT - FRAME_TEXT
  const tooOld = newest.findLastIndex((one) => {
    left -= mostText(one)
    return left < 0
  })
  return newest.slice(tooOld + 1)
}

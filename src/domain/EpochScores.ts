/**
 * A validator's scores of one epoch in the form before reports (`gittensor/epoch-scores/v1`): the shares and their evidence in one signed document.
 * No longer written, but those of the last epochs still count in the average by which weights are set.
 */
import { Schema } from "effect"
import { AccountAddress } from "./Account.ts"
import { KeptScore, MinerScores } from "./EpochEvidence.ts"
import { signedDocument } from "./SignedDocument.ts"

const Uid = Schema.Int.pipe(Schema.between(0, 65_535))

const FORMAT = "gittensor/epoch-scores/v1"

export const EpochScores = Schema.Struct({
  format: Schema.Literal(FORMAT),
  netuid: Uid,
  /** The chain's genesis hash. */
  genesis: Schema.String,
  epoch: Schema.NonNegativeInt,
  /** The epoch's first block. */
  block: Schema.NonNegativeInt,
  /** The roster's SHA-256 in hexadecimal digits. */
  roster: Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/)),
  /** The program's version. */
  program: Schema.String,
  validator: AccountAddress,
  /** Parts per million of the contributions' share, sorted by UID, without those who earned nothing. */
  scores: Schema.Array(Schema.Struct({ uid: Uid, hotkey: AccountAddress, value: Schema.Int.pipe(Schema.between(0, 1_000_000)) })),
  kept: Schema.Array(KeptScore),
  /** Sorted by UID. */
  miners: Schema.Array(MinerScores)
})
export interface EpochScores extends Schema.Schema.Type<typeof EpochScores> {}

/** `Text` is the form in files, verified when it is read. */
export const signedEpochScores = signedDocument(EpochScores, ({ genesis, netuid, epoch, validator }) => ({
  signer: validator,
  lines: [FORMAT, `genesis ${genesis}`, `netuid ${netuid}`, `epoch ${epoch}`, `validator ${validator}`]
}))

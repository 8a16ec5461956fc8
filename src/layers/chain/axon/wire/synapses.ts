/**
 * This subnet's synapses and their messages. Every field is a text or a list of texts, so that its Python text, which the body hash covers, is
 * unambiguous.
 */
import { Schema } from "effect"
import { AccountAddress } from "../../../../domain/Account.ts"
import { SealedText } from "../../../../domain/SignedText.ts"
import type { Synapse } from "./Synapse.ts"

/** A miner's signed enrolment, for one validator. */
export const EnrolmentSynapse: Synapse = { name: "EnrolmentSynapse", fields: ["text", "signature"] }

/** One step of the reconciliation between two validators. */
export const GossipSynapse = {
  name: "GossipSynapse",
  fields: ["summary", "enrolments", "cursor"],
  maxBytes: 1_048_576
} as const satisfies Synapse

/** Asks which of the processes that share a hotkey is active. */
export const InstanceSynapse: Synapse = { name: "InstanceSynapse", fields: ["question"] }

/** Asks for the enrolments that a validator holds of the sender. */
export const StandingSynapse: Synapse = { name: "StandingSynapse", fields: [] }

/** Bittensor's ping. */
export const PingSynapse: Synapse = { name: "Synapse", fields: [] }

/** The synapses by which the subnet's earlier validators collected their miners' GitHub tokens. This program refuses both. */
export const PatBroadcastSynapse: Synapse = { name: "PatBroadcastSynapse", fields: ["github_access_token"], hashed: false }
export const PatCheckSynapse: Synapse = { name: "PatCheckSynapse", fields: [] }

/** The most enrolments in one gossip message; each is shorter than 700 bytes. */
export const MAX_GOSSIPED = 256
/** The most enrolments in an answer to a `StandingSynapse`. */
export const MAX_HELD = 512
/** The most hotkeys in a summary: well above the number that a subnet's 256 neurons can go through in a day. */
export const MAX_SUMMARY = 4_096

/** A digest of a hotkey's enrolments: `<hotkey> <first 32 hexadecimal digits of a sha256 over its enrolments>`. */
const SummaryLine = Schema.transform(
  Schema.String.pipe(Schema.pattern(/^\S{46,49} [0-9a-f]{32}$/)),
  Schema.Struct({ hotkey: AccountAddress, digest: Schema.String }),
  {
    strict: false,
    decode: (line) => {
      const [hotkey = "", digest = ""] = line.split(" ")
      return { hotkey, digest }
    },
    encode: ({ hotkey, digest }) => `${hotkey} ${digest}`
  }
)

export const GossipRequest = Schema.Struct({
  /** Everything the sender holds, one line per hotkey. */
  summary: Schema.Array(SummaryLine).pipe(Schema.maxItems(MAX_SUMMARY)),
  /** Enrolments that the receiver's previous answer showed to be missing or different there. */
  enrolments: Schema.Array(SealedText).pipe(Schema.maxItems(MAX_GOSSIPED)),
  /** The receiver answers with hotkeys that sort after this one. Empty in the first message. */
  cursor: Schema.String.pipe(Schema.maxLength(64))
})
export type GossipRequest = typeof GossipRequest.Type

export const GossipAnswer = Schema.Struct({
  /** The receiver's enrolments of the hotkeys in `differing`. */
  enrolments: Schema.Array(SealedText).pipe(Schema.maxItems(MAX_GOSSIPED)),
  /** The hotkeys after the cursor, sorted, whose enrolments differ between the two. */
  differing: Schema.Array(AccountAddress).pipe(Schema.maxItems(MAX_SUMMARY)),
  /** The next message's cursor; empty at the end. */
  cursor: Schema.String.pipe(Schema.maxLength(64))
})
export type GossipAnswer = typeof GossipAnswer.Type

export const HeldEnrolmentsAnswer = Schema.Struct({
  /** The finalised block that the validator has reached. */
  block: Schema.Int,
  enrolments: Schema.Array(SealedText).pipe(Schema.maxItems(MAX_HELD))
})
export type HeldEnrolmentsAnswer = typeof HeldEnrolmentsAnswer.Type

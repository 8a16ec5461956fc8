/**
 * The synapses of this subnet: what travels in their bodies. All fields are texts or lists of texts, so that their Python text, which the
 * body hash is made of, is beyond doubt.
 */
import { Either, Schema } from "effect"
import { AccountAddress } from "../../../domain/Account.ts"
import { SignedEnrolment } from "../../../domain/Enrolment.ts"
import { SealedText } from "../../../domain/SignedText.ts"
import type { PythonValue } from "./python.ts"

/** A miner's enrolment, for one validator. */
export const EnrolmentSynapse = SignedEnrolment
export type EnrolmentSynapse = typeof EnrolmentSynapse.Type

/** How many enrolments one message carries at most; each is below 700 bytes. */
export const MAX_GOSSIPED = 256
/** How many enrolments of its own a miner is answered at most. */
export const MAX_STANDING = 512
/** How many hotkeys a summary names at most: what a subnet's 256 neurons can have been within a day, with room. */
export const MAX_SUMMARY = 4_096

/** What a validator holds of one hotkey: `<hotkey> <first 32 hexadecimal digits of a sha256 over its enrolments>`. */
export const SummaryLine = Schema.transform(
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

/** One step of the reconciliation between two validators. */
export const GossipSynapse = Schema.Struct({
  /** All that the sender holds, one line a hotkey. */
  summary: Schema.Array(SummaryLine).pipe(Schema.maxItems(MAX_SUMMARY)),
  /** Enrolments that the receiver lacked or held differently in the answer before. */
  enrolments: Schema.Array(SealedText).pipe(Schema.maxItems(MAX_GOSSIPED)),
  /** The hotkey after which the receiver starts to answer, so that a peer's refusals never block the rest. Empty for the first. */
  cursor: Schema.String.pipe(Schema.maxLength(64))
})
export type GossipSynapse = typeof GossipSynapse.Type

export const GossipAnswer = Schema.Struct({
  /** What the receiver holds of the hotkeys in `differing`. */
  enrolments: Schema.Array(SealedText).pipe(Schema.maxItems(MAX_GOSSIPED)),
  /** The hotkeys, in order after the cursor, of which the two hold something else. */
  differing: Schema.Array(AccountAddress).pipe(Schema.maxItems(MAX_SUMMARY)),
  /** Where to go on, or empty when all has been said. */
  cursor: Schema.String.pipe(Schema.maxLength(64))
})
export type GossipAnswer = typeof GossipAnswer.Type

/** What a validator holds of the hotkey that asks: it needs no words. */
export const StandingAnswer = Schema.Struct({
  /** The finalised block that the validator knows. */
  block: Schema.Int,
  enrolments: Schema.Array(SealedText).pipe(Schema.maxItems(MAX_STANDING))
})
export type StandingAnswer = typeof StandingAnswer.Type

/** What the subnet's former validators answer to a miner's GitHub token. */
export const PatBroadcastAnswer = Schema.Struct({
  accepted: Schema.NullOr(Schema.Boolean),
  rejection_reason: Schema.NullOr(Schema.String)
})
/** Whether such a validator holds the token of the hotkey that asks, and whether it works. */
export const PatCheckAnswer = Schema.Struct({
  has_pat: Schema.NullOr(Schema.Boolean),
  pat_valid: Schema.NullOr(Schema.Boolean),
  rejection_reason: Schema.NullOr(Schema.String)
})

/** What a request of each synapse carries; our own hash all of it, in this order. */
export const FIELDS = {
  EnrolmentSynapse: ["text", "signature"],
  GossipSynapse: ["summary", "enrolments", "cursor"],
  /** Which process of a hotkey is at work. */
  InstanceSynapse: ["question"],
  /** The subnet's former validators collect their miners' GitHub tokens; this one takes none. */
  PatBroadcastSynapse: ["github_access_token"],
  PatCheckSynapse: [],
  StandingSynapse: [],
  /** Bittensor's ping. */
  Synapse: []
} as const satisfies Record<string, ReadonlyArray<string>>
export type SynapseName = keyof typeof FIELDS

export const isSynapseName = (name: string): name is SynapseName => Object.hasOwn(FIELDS, name)

export type Body = { readonly [field: string]: PythonValue }

/** A synapse's fields as pairs, for a request. */
export const fieldsOf = (synapse: SynapseName, body: Body): ReadonlyArray<readonly [string, PythonValue]> =>
  FIELDS[synapse].map((field) => [field, body[field] ?? null])

/** Synapses made before ours, whose definition hashes no field. */
const UNHASHED: ReadonlySet<SynapseName> = new Set(["PatBroadcastSynapse"])

/** Of a synapse's fields, those that the body hash covers. */
export const hashedOf = (synapse: SynapseName, fields: ReadonlyArray<readonly [string, PythonValue]>): ReadonlyArray<PythonValue> =>
  UNHASHED.has(synapse) ? [] : fields.map(([, value]) => value)

/** The body's fields, when it is an object that has all of the synapse's. */
export const readBody = (synapse: SynapseName, value: PythonValue): Either.Either<Body, string> => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return Either.left("the body is not a JSON object")
  // Array.isArray does not narrow a readonly array away.
  const body = value as Body
  const missing = FIELDS[synapse].find((field) => !Object.hasOwn(body, field))
  return missing === undefined ? Either.right(body) : Either.left(`the field "${missing}" is missing`)
}

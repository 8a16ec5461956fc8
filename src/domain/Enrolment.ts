/**
 * A miner's signed choice for one issue: to be enrolled, or to skip this time. Enrolments never go on the chain. Validators pass them on to each
 * other, and each one checks the signature itself.
 *
 * The canonical text has nine lines joined by "\n", without a final newline. The hotkey signs its UTF-8 bytes:
 *
 *     gittensor/enrolment/v1
 *     genesis 0x<64 lower-case hexadecimal digits>
 *     netuid 74
 *     contract 5…
 *     hotkey 5…
 *     issue 42                 or    skip 42
 *     sequence 3
 *     valid-from 1000
 *     valid-until 8200
 *
 * Numbers are decimal without leading zeros. The sixth line holds both the choice and the issue: ratings count an attested skip *for that issue*,
 * and a higher sequence for the same issue replaces the choice. A text is malformed unless parsing and formatting it gives the same text.
 */
import { Either, ParseResult, Schema } from "effect"
import { AccountAddress, Hash32 } from "./Account.ts"
import { Signature, verifyText } from "./Signature.ts"
import { MAX_TEXT, SignedText } from "./SignedText.ts"

const DOMAIN = "gittensor/enrolment/v1"

/** The longest validity in blocks: one day. */
export const MAX_WINDOW = 7_200

/**
 * How many blocks ahead of this validator's finalised head an enrolment may begin, because the miner's node may be ahead. Until then it is stored
 * but does not count.
 */
const MAX_LEAD = 25

const Uint32 = Schema.Int.pipe(Schema.between(0, 4_294_967_295))

/** The number that the contract gave the issue. */
export const IssueId = Uint32.pipe(Schema.brand("IssueId"))
export type IssueId = typeof IssueId.Type

export const Choice = Schema.Literal("enrol", "skip")
export type Choice = typeof Choice.Type

export class Enrolment extends Schema.Class<Enrolment>("Enrolment")({
  genesisHash: Hash32,
  netuid: Schema.Int.pipe(Schema.between(0, 65_535)),
  contract: AccountAddress,
  hotkey: AccountAddress,
  issue: IssueId,
  choice: Choice,
  /** Must increase with every change of this hotkey's choice for this issue. */
  sequence: Schema.Int.pipe(Schema.between(0, Number.MAX_SAFE_INTEGER)),
  validFrom: Uint32,
  /** The last block at which it counts. */
  validUntil: Uint32
}) {
  isValidAt(block: number): boolean {
    return this.validFrom <= block && block <= this.validUntil
  }
}

/** The text that the hotkey signs. */
export const format = (enrolment: typeof Enrolment.Encoded): string =>
  [
    DOMAIN,
    `genesis ${enrolment.genesisHash}`,
    `netuid ${enrolment.netuid}`,
    `contract ${enrolment.contract}`,
    `hotkey ${enrolment.hotkey}`,
    `${enrolment.choice === "enrol" ? "issue" : "skip"} ${enrolment.issue}`,
    `sequence ${enrolment.sequence}`,
    `valid-from ${enrolment.validFrom}`,
    `valid-until ${enrolment.validUntil}`
  ].join("\n")

const written =
  /^gittensor\/enrolment\/v1\ngenesis (\S+)\nnetuid (\d+)\ncontract (\S+)\nhotkey (\S+)\n(issue|skip) (\d+)\nsequence (\d+)\nvalid-from (\d+)\nvalid-until (\d+)$/

/** The canonical text as a Schema: decoding checks every field, and that the text is in canonical form. */
export const EnrolmentText = Schema.transformOrFail(Schema.String.pipe(Schema.maxLength(MAX_TEXT)), Enrolment, {
  strict: true,
  decode: (text, _options, ast) => {
    const match = written.exec(text)
    if (match === null) return ParseResult.fail(new ParseResult.Type(ast, text, `not the nine lines of ${DOMAIN}`))
    const [, genesisHash = "", netuid, contract = "", hotkey = "", choice, issue, sequence, validFrom, validUntil] = match
    const encoded: typeof Enrolment.Encoded = {
      genesisHash,
      netuid: Number(netuid),
      contract,
      hotkey,
      issue: Number(issue),
      choice: choice === "skip" ? "skip" : "enrol",
      sequence: Number(sequence),
      validFrom: Number(validFrom),
      validUntil: Number(validUntil)
    }
    return format(encoded) === text
      ? ParseResult.succeed(encoded)
      : ParseResult.fail(new ParseResult.Type(ast, text, "numbers are written in decimal without leading zeros"))
  },
  encode: (encoded) => ParseResult.succeed(format(encoded))
})

/** A signed enrolment on the wire: the text and its signature. */
export const SignedEnrolment = SignedText
export interface SignedEnrolment extends SignedText {}

/** Why an enrolment is refused. `status` is the HTTP status of the answer. */
export class Refusal extends Schema.TaggedError<Refusal>()("EnrolmentRefused", {
  reason: Schema.Literal(
    "Malformed",
    "BadSignature",
    "OtherChain",
    "OtherSubnet",
    "OtherContract",
    "WindowTooLong",
    "NotYetValid",
    "Expired",
    "UnregisteredHotkey",
    "Replayed",
    "TooMany"
  ),
  detail: Schema.String
}) {
  override get message() {
    return `enrolment refused: ${this.detail}`
  }
  get status(): 401 | 403 | 409 | 422 | 429 {
    return STATUS[this.reason]
  }
}

const STATUS = {
  Malformed: 422,
  BadSignature: 401,
  OtherChain: 422,
  OtherSubnet: 422,
  OtherContract: 422,
  WindowTooLong: 422,
  NotYetValid: 422,
  Expired: 422,
  UnregisteredHotkey: 403,
  Replayed: 409,
  TooMany: 429
} as const

const refuse = (reason: Refusal["reason"], detail: string) => Either.left(new Refusal({ reason, detail }))

/** The facts against which an enrolment is checked: the chain at a finalised block. */
export interface EnrolmentContext {
  readonly genesisHash: string
  readonly netuid: number
  readonly contract: AccountAddress
  readonly currentBlock: number
  readonly isRegistered: (hotkey: AccountAddress) => boolean
}

const decodeText = Schema.decodeUnknownEither(EnrolmentText)
const decodeSignature = Schema.decodeUnknownEither(Signature)

/** Parses a text; checks only its form. */
export const parse = (text: string): Either.Either<Enrolment, Refusal> =>
  Either.mapLeft(
    decodeText(text),
    () =>
      new Refusal({
        reason: "Malformed",
        detail: `its text is not the canonical form of ${DOMAIN}: sign it with this version of gittensor`
      })
  )

/**
 * The last block at which an enrolment must be stored, although it no longer counts. Until then an older enrolment that it replaced could still be
 * valid, and validators that hold the older one must learn of the newer. Depends on the text alone, so that all validators drop it at the same block.
 */
export const keptUntil = ({ validUntil }: Pick<Enrolment, "validUntil">): number => validUntil + MAX_WINDOW + MAX_LEAD

/** `gossiped`: validators also exchange ended enrolments, as long as these must be stored. */
export type Stage = "submitted" | "gossiped"

/** Checks everything that needs neither stored enrolments nor the signature: form, chain, subnet, contract, validity, registration. */
export const checkTerms = (text: string, context: EnrolmentContext, stage: Stage = "submitted"): Either.Either<Enrolment, Refusal> =>
  Either.gen(function* () {
    const enrolment = yield* parse(text)
    if (enrolment.genesisHash !== context.genesisHash)
      return yield* refuse("OtherChain", `it is for the chain ${enrolment.genesisHash}, this one is ${context.genesisHash}`)
    if (enrolment.netuid !== context.netuid)
      return yield* refuse("OtherSubnet", `it is for subnet ${enrolment.netuid}, this one is ${context.netuid}`)
    if (enrolment.contract !== context.contract)
      return yield* refuse("OtherContract", `it is for the contract ${enrolment.contract}, this one is ${context.contract}`)
    const { validFrom, validUntil } = enrolment
    if (validUntil < validFrom) return yield* refuse("Malformed", `it ends at block ${validUntil}, before it begins at ${validFrom}`)
    if (validUntil - validFrom > MAX_WINDOW)
      return yield* refuse("WindowTooLong", `it is valid for ${validUntil - validFrom} blocks, at most ${MAX_WINDOW} are allowed`)
    if ((stage === "submitted" ? validUntil : keptUntil(enrolment)) < context.currentBlock)
      return yield* refuse("Expired", `it ended at block ${validUntil}, the chain is at ${context.currentBlock}: sign a new one`)
    if (validFrom > context.currentBlock + MAX_LEAD)
      return yield* refuse("NotYetValid", `it begins at block ${validFrom}, the chain is at ${context.currentBlock}`)
    if (!context.isRegistered(enrolment.hotkey))
      return yield* refuse("UnregisteredHotkey", `${enrolment.hotkey} is not registered on subnet ${context.netuid}: register it first`)
    return enrolment
  })

/** Checks the terms, then the signature, which costs most. The store checks whether the sequence is new. */
export const verify = (
  signed: { readonly text: string; readonly signature: string },
  context: EnrolmentContext,
  stage: Stage = "submitted"
): Either.Either<Enrolment, Refusal> =>
  Either.gen(function* () {
    const enrolment = yield* checkTerms(signed.text, context, stage)
    const signature = Either.getOrUndefined(decodeSignature(signed.signature))
    if (signature === undefined || !verifyText(signed.text, signature, enrolment.hotkey))
      return yield* refuse("BadSignature", `its signature is not ${enrolment.hotkey}'s`)
    return enrolment
  })

/**
 * Whether one enrolment replaces another of the same hotkey and issue: the higher sequence wins. Of two texts signed with the same sequence, the
 * one that sorts later wins, so that all validators agree.
 */
export const replaces = (candidate: { sequence: number; text: string }, kept: { sequence: number; text: string }): boolean =>
  candidate.sequence > kept.sequence || (candidate.sequence === kept.sequence && candidate.text > kept.text)

/** The file that `gittensor audit --file` reads: one epoch's stakes, reports and neurons, or a list of such cases. */
import { Effect, Either, Schema } from "effect"
import { HIGHEST_VALUE } from "../../consensus/rules/aggregate.ts"
import { problemOf } from "../../domain/jsonProblem.ts"
import { nameOfInput, parseJson, readText } from "../shared/inputFile.ts"

/** The input is not a file of cases. */
export class UnusableCases extends Schema.TaggedError<UnusableCases>()("UnusableCases", {
  file: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `${nameOfInput(this.file)} can't be audited: ${this.reason}`
  }
}

const HIGHEST_STAKE = 2n ** 64n - 1n

const Uid = Schema.Int.pipe(Schema.between(0, 65_535))

/** Any text: a calculator has no use for an address that must be valid. */
const Hotkey = Schema.NonEmptyString

/** As text, because a JSON number loses digits. The chain holds stakes in 64 bits. */
const Stake = Schema.String.pipe(
  Schema.filter(
    (text) =>
      (/^\d{1,20}$/.test(text) && BigInt(text) <= HIGHEST_STAKE) ||
      `${JSON.stringify(text)} is not a stake: decimal digits, in rao, at most ${HIGHEST_STAKE}`
  ),
  Schema.transform(Schema.BigIntFromSelf, { strict: true, decode: (text) => BigInt(text), encode: (stake) => stake.toString() })
)

/** A list in which nothing may be there twice. */
const listOf = <A, I, R>(item: Schema.Schema<A, I, R>, key: keyof A & string) =>
  Schema.Array(item).pipe(
    Schema.filter((items) => {
      const seen = new Set<unknown>()
      for (const [index, one] of items.entries()) {
        const value: unknown = one[key]
        if (seen.has(value)) return { path: [index, key], message: `${JSON.stringify(value)} is there twice` }
        seen.add(value)
      }
      return undefined
    })
  )

/** In any order. Other keys of a report decide nothing here. */
const Report = Schema.Struct({
  scores: listOf(
    Schema.Struct({ uid: Uid, hotkey: Hotkey, value: Schema.NullOr(Schema.Int.pipe(Schema.between(0, HIGHEST_VALUE))) }),
    "uid"
  )
})

/** What is claimed of a case. What a claim leaves out is not compared. */
const Claim = Schema.Struct({
  quorum: Schema.optional(Schema.Boolean),
  reportingStake: Schema.optional(Schema.String),
  totalStake: Schema.optional(Schema.String),
  aggregate: Schema.optional(Schema.NullOr(listOf(Schema.Struct({ uid: Uid, value: Schema.Number, source: Schema.String }), "uid"))),
  weights: Schema.optional(Schema.NullOr(listOf(Schema.Struct({ uid: Uid, ppm: Schema.Number }), "uid")))
})
export interface Claim extends Schema.Schema.Type<typeof Claim> {}

const AuditedCase = Schema.Struct({
  name: Schema.optional(Schema.String),
  epoch: Schema.optional(Schema.NonNegativeInt),
  /** Those with a permit and active at the epoch's first block; `report` is null where no valid one counts. */
  validators: listOf(Schema.Struct({ hotkey: Hotkey, stake: Stake, report: Schema.NullOr(Report) }), "hotkey"),
  /** `consensus` is the chain's at the epoch's first block, in parts of 65,535. */
  neurons: listOf(Schema.Struct({ uid: Uid, hotkey: Hotkey, consensus: Schema.Int.pipe(Schema.between(0, 65_535)) }), "uid"),
  want: Schema.optional(Claim)
})
export interface AuditedCase extends Schema.Schema.Type<typeof AuditedCase> {}

/** `one`: a single case. `cases`: {"cases": […]}. `lines`: a case on each line. */
export interface CaseFile {
  readonly form: "one" | "cases" | "lines"
  readonly cases: ReadonlyArray<AuditedCase>
}

const decodeCase = Schema.decodeUnknownEither(AuditedCase)
const decodeCases = Schema.decodeUnknownEither(Schema.Struct({ cases: Schema.Array(AuditedCase) }))

const hasCases = (document: unknown): boolean => typeof document === "object" && document !== null && "cases" in document

const ofDocument = (document: unknown): Either.Either<CaseFile, string> =>
  (hasCases(document)
    ? Either.map(decodeCases(document), ({ cases }): CaseFile => ({ form: "cases", cases }))
    : Either.map(decodeCase(document), (one): CaseFile => ({ form: "one", cases: [one] }))
  ).pipe(Either.mapLeft(problemOf))

/** A text whose first line alone is JSON, while the whole is not. */
const ofLines = (text: string): Either.Either<CaseFile, string> =>
  Either.gen(function* () {
    const cases: Array<AuditedCase> = []
    for (const [index, line] of text.split("\n").entries()) {
      if (line.trim() === "") continue
      const named = (reason: string) => `line ${index + 1}: ${reason}`
      const document = yield* Either.mapLeft(parseJson(line), named)
      cases.push(yield* Either.mapLeft(decodeCase(document), (error) => named(problemOf(error))))
    }
    return { form: "lines", cases }
  })

/** Cases from a text; otherwise what is wrong, and where. */
export const parseCases = (text: string): Either.Either<CaseFile, string> => {
  const [first = ""] = text.trimStart().split("\n", 1)
  const document = parseJson(text)
  if (Either.isRight(document)) return ofDocument(document.right)
  return Either.isRight(parseJson(first)) ? ofLines(text) : Either.left(document.left)
}

/** Reads a file, or standard input when `file` is `-`. */
export const readCases = (file: string): Effect.Effect<CaseFile, UnusableCases> =>
  Effect.flatMap(readText(file), parseCases).pipe(Effect.mapError((reason) => new UnusableCases({ file, reason })))

/** The input of `gittensor simulate case`: one epoch's stakes, reports and neurons, or a list of such cases; or a proof that a report is false. */
import { Effect, Either, Schema } from "effect"
import { nameOfInput, parseJson, readText } from "../../../src/cli/shared/inputFile.ts"
import { FalseReport } from "../../../src/domain/ChallengeFinding.ts"
import { WinnerTakesAll } from "../../../src/domain/Emission.ts"
import { InvalidInput } from "../../../src/domain/failures.ts"
import { problemOf } from "../../../src/domain/jsonProblem.ts"
import { Cell, cellName } from "../../../src/domain/Report.ts"
import { RosterRepositories } from "../../../src/domain/Roster.ts"

export const unusableCases = (file: string, reason: string) =>
  new InvalidInput({ message: `${nameOfInput(file)} can't be audited: ${reason}` })

const HIGHEST_STAKE = 2n ** 64n - 1n

const Uid = Schema.Int.pipe(Schema.between(0, 65_535))

/** Any text: the calculation does not need a valid address. */
const Hotkey = Schema.NonEmptyString.pipe(Schema.brand("AccountAddress"))

/** As text, because a JSON number loses digits. The chain stores stakes as u64. */
const Stake = Schema.String.pipe(
  Schema.filter(
    (text) =>
      (/^\d{1,20}$/.test(text) && BigInt(text) <= HIGHEST_STAKE) ||
      `${JSON.stringify(text)} is not a stake: decimal digits, in rao, at most ${HIGHEST_STAKE}`
  ),
  Schema.transform(Schema.BigIntFromSelf, { strict: true, decode: (text) => BigInt(text), encode: (stake) => stake.toString() })
)

/** A list without duplicate keys. */
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

const Maintainers = Schema.Array(Schema.Struct({ uid: Uid, hotkey: Hotkey }))

/** In any order. The calculation ignores a report's other keys. */
const Report = Schema.Struct({
  miners: listOf(Schema.Struct({ uid: Uid, hotkey: Hotkey, cells: Schema.NullOr(Schema.Array(Cell)) }), "uid"),
  repositories: Schema.optionalWith(
    listOf(
      Schema.Struct({ repository: cellName.repository, maintainers: Schema.NullOr(Maintainers), lost: Schema.NonNegativeInt }),
      "repository"
    ),
    { default: () => [] }
  )
})

const settled = { uid: Uid, hotkey: Hotkey, ...cellName, net: Schema.NonNegativeInt, full: Schema.NonNegativeInt }

const Leader = Schema.Struct({
  uid: Uid,
  hotkey: Hotkey,
  challenger: Schema.NullOr(Schema.Struct({ hotkey: Hotkey, epochs: Schema.NonNegativeInt }))
})

/** The settlement before: what stands in for cells that too little stake measured. */
const Before = Schema.Struct({
  cells: Schema.Array(Schema.Struct({ ...settled, measuredIn: Schema.NonNegativeInt })),
  repositories: Schema.optionalWith(
    Schema.Array(
      Schema.Struct({
        repository: cellName.repository,
        maintainers: Maintainers,
        lost: Schema.NonNegativeInt,
        measuredIn: Schema.NonNegativeInt
      })
    ),
    { default: () => [] }
  ),
  leader: Schema.optional(Leader)
})

/** A case's claimed results. Absent fields are not compared. */
const Claim = Schema.Struct({
  quorum: Schema.optional(Schema.Boolean),
  reportingStake: Schema.optional(Schema.String),
  totalStake: Schema.optional(Schema.String),
  cells: Schema.optional(Schema.Array(Schema.Struct({ uid: Uid, ...cellName, net: Schema.Number }))),
  leader: Schema.optional(Leader),
  weights: Schema.optional(Schema.NullOr(listOf(Schema.Struct({ uid: Uid, ppm: Schema.Number }), "uid")))
})
export interface Claim extends Schema.Schema.Type<typeof Claim> {}

const AuditedCase = Schema.Struct({
  name: Schema.optional(Schema.String),
  epoch: Schema.optionalWith(Schema.NonNegativeInt, { default: () => 0 }),
  /** Validators with a permit that were active at the epoch's first block. `report`: null if no valid report counts. */
  validators: listOf(Schema.Struct({ hotkey: Hotkey, stake: Stake, report: Schema.NullOr(Report) }), "hotkey"),
  /** All neurons at the epoch's first block. */
  neurons: listOf(Schema.Struct({ uid: Uid, hotkey: Hotkey }), "uid"),
  before: Schema.optional(Before),
  /** The roster's `repositories`, by which cells become weights. */
  roster: Schema.optional(RosterRepositories),
  /** The line of the roster that gives the contributions' pool to one miner. */
  winnerTakesAll: Schema.optional(WinnerTakesAll),
  want: Schema.optional(Claim)
})
export interface AuditedCase extends Schema.Schema.Type<typeof AuditedCase> {}

/** `one`: a single case. `cases`: {"cases": […]}. `lines`: JSON Lines. */
export interface CaseFile {
  readonly form: "one" | "cases" | "lines"
  readonly cases: ReadonlyArray<AuditedCase>
}

/** A proof that a report is false. `roster`: the `repositories` of the report's roster, which two of the rules need. */
const Proof = Schema.Struct({ ...FalseReport.fields, roster: Schema.optional(RosterRepositories) })
const decodeProof = Schema.decodeUnknownEither(Proof)

const isProof = (document: unknown): boolean => typeof document === "object" && document !== null && "rule" in document

const decodeCase = Schema.decodeUnknownEither(AuditedCase)
const decodeCases = Schema.decodeUnknownEither(Schema.Struct({ cases: Schema.Array(AuditedCase) }))

const hasCases = (document: unknown): boolean => typeof document === "object" && document !== null && "cases" in document

const ofDocument = (document: unknown): Either.Either<CaseFile, string> =>
  (hasCases(document)
    ? Either.map(decodeCases(document), ({ cases }): CaseFile => ({ form: "cases", cases }))
    : Either.map(decodeCase(document), (one): CaseFile => ({ form: "one", cases: [one] }))
  ).pipe(Either.mapLeft(problemOf))

/** Parses JSON Lines, if the first line alone is JSON and the whole text is not. */
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

/** Parses cases. Left: what is wrong, and where. */
export const parseCases = (text: string): Either.Either<CaseFile, string> => {
  const [first = ""] = text.trimStart().split("\n", 1)
  const document = parseJson(text)
  if (Either.isRight(document)) return ofDocument(document.right)
  return Either.isRight(parseJson(first)) ? ofLines(text) : Either.left(document.left)
}

const parse = (text: string): Either.Either<CaseFile | typeof Proof.Type, string> => {
  const document = parseJson(text)
  return Either.isRight(document) && isProof(document.right) ? Either.mapLeft(decodeProof(document.right), problemOf) : parseCases(text)
}

/** Reads a file, or standard input if `file` is `-`. */
export const readCases = (file: string): Effect.Effect<CaseFile | typeof Proof.Type, InvalidInput> =>
  Effect.flatMap(readText(file), parse).pipe(Effect.mapError((reason) => unusableCases(file, reason)))

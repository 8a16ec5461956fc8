/** The records that validators show of an epoch's reports, for an audit; and what they show that a report breaks by itself. */
import { Effect, Either, Option, Schema } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import type { Falsehood, FalseReport } from "../../domain/ChallengeFinding.ts"
import { problemOf } from "../../domain/jsonProblem.ts"
import type { AxonTarget } from "../../domain/Metagraph.ts"
import { Opening, placeIn } from "../../domain/Opening.ts"
import { type Report, reportHash, type SignedReport, signedReport } from "../../domain/Report.ts"
import { PeerReports } from "../../layers/chain/axon/reports/PeerReports.ts"
import { DRAWS, falsehoodsOf, type LeafRules } from "../../rules/consensus/challenge.ts"
import { type Finding, finding } from "./findings.ts"

/** Concurrent requests. A stalled one takes three seconds. */
const CONCURRENCY = 16

/** How many axons' openings are enough. */
const ANSWERS = 2

const Answer = Schema.parseJson(Schema.Struct({ openings: Schema.Array(Opening).pipe(Schema.maxItems(DRAWS)) }))
const decodeAnswer = Schema.decodeUnknownOption(Answer)

/** The openings of each report that are under its root. Its author is asked first, then the other validators, until two have shown some. */
export const gatherOpenings = Effect.fn("openingsForAudit")(function* (all: ReadonlyArray<Report>, targets: ReadonlyArray<AxonTarget>) {
  const reports = yield* PeerReports
  const shown = yield* Effect.forEach(
    all,
    (report) =>
      Effect.gen(function* () {
        const found = new Map<number, Opening>()
        let answers = 0
        for (const target of report.leaves === 0
          ? []
          : targets.toSorted((one, other) => Number(other.hotkey === report.validator) - Number(one.hotkey === report.validator))) {
          if (answers >= ANSWERS) break
          const text = yield* Effect.option(reports.openings(target, report.epoch, report.validator))
          const openings =
            Option.getOrUndefined(Option.flatMap(text, decodeAnswer))?.openings.filter((one) => placeIn(one, report) !== undefined) ?? []
          for (const opening of openings) found.set(opening.leaf, opening)
          if (openings.length > 0) answers++
        }
        return [report.validator, [...found.values()]] as const
      }),
    { concurrency: CONCURRENCY }
  )
  const byHotkey: ReadonlyMap<AccountAddress, ReadonlyArray<Opening>> = new Map(shown)
  return byHotkey
})

const encode = Schema.encodeSync(signedReport.Text)

const proofOf = (report: SignedReport, { rule, openings }: Falsehood): FalseReport => {
  const { validator, epoch } = report.body
  return {
    format: "gittensor/false-report/v1",
    rule,
    validator,
    epoch,
    report: reportHash(report.body),
    openings,
    document: encode(report)
  }
}

/** One finding for each report that breaks a rule by itself, with what proves it. Without `rules`, no record is compared with the roster. */
export const examineOpenings = (
  reports: ReadonlyArray<SignedReport>,
  openings: ReadonlyMap<AccountAddress, ReadonlyArray<Opening>>,
  rules: Pick<LeafRules, "whyFalse"> | undefined
): ReadonlyArray<Finding> =>
  reports.flatMap((report) => {
    const { body } = report
    const [first] = falsehoodsOf(body, openings.get(body.validator) ?? [], rules)
    return first === undefined
      ? []
      : [
          finding("false report", body.validator, `its own records prove its report false (${first.rule}): ${first.why}`, {
            giver: body.validator,
            proof: proofOf(report, first)
          })
        ]
  })

const decode = Schema.decodeUnknownEither(signedReport.Text)

/** Checks a proof by itself. Right: the rule that its report breaks, in words. Left: why it proves nothing. Without `rules`, no record is compared with a roster. */
export const provenBy = (
  { rule, validator, epoch, report, openings, document = "" }: FalseReport,
  rules: Pick<LeafRules, "whyFalse"> | undefined
): Either.Either<Falsehood, string> =>
  Either.gen(function* () {
    const { body } = yield* Either.mapLeft(decode(document), problemOf)
    if (reportHash(body) !== report || body.validator !== validator || body.epoch !== epoch)
      return yield* Either.left("its document holds another report")
    const found = falsehoodsOf(body, openings, rules).find((one) => one.rule === rule)
    return yield* Either.fromNullable(found, () => "the report does not break that rule, as far as these openings show")
  })

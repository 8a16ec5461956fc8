/** `gittensor simulate case FILE`: computes an epoch's consensus from a file, and compares it with what is claimed; or says what a proof shows. */
import { Console, Effect, Either } from "effect"
import { provenBy } from "../../../src/consensus/audit/examineOpenings.ts"
import { OperationFailed } from "../../../src/domain/failures.ts"
import { shortenedLine } from "../../../src/domain/jsonProblem.ts"
import { printable, red, table, toJson } from "../../../src/layers/machine/terminal/output.ts"
import { leafRules } from "../../../src/rules/contributions/leafRules.ts"
import { percentOf } from "../../../src/story/figures.ts"
import { auditCase, type CaseDocument } from "./auditCase.ts"
import { type CaseFile, readCases, unusableCases } from "./caseFile.ts"

/** The results in the input's form: one document, a list under `cases`, or JSON Lines. */
const jsonLines = (form: CaseFile["form"], documents: ReadonlyArray<CaseDocument>): ReadonlyArray<string> =>
  form === "cases" ? [toJson({ cases: documents })] : documents.map(toJson)

const summary = (document: CaseDocument, index: number): string => {
  const { name = `case ${index}`, reportingStake, totalStake, quorum, cells, weights } = document
  const stake = `${shortenedLine(name)}: ${percentOf(reportingStake, totalStake)} of the stake reports`
  if (!quorum) return `${stake}, which is no quorum: validators keep their previous weights`
  return `${stake}; ${cells.length} cells${weights === null ? ": weights are held" : ""}`
}

const tables = ({ cells, weights }: CaseDocument): ReadonlyArray<string> => [
  ...(cells.length === 0
    ? []
    : table([
        ["UID", "repository", "side", "millionths of a point"],
        ...cells.map(({ uid, repository, side, net }) => [String(uid), repository, side, String(net)])
      ])),
  ...(weights ? table([["UID", "weight in ppm"], ...weights.map(({ uid, ppm }) => [String(uid), String(ppm)])]) : [])
]

/** A line per case and per finding; for a single case, also its cells and weights. */
const textLines = (form: CaseFile["form"], documents: ReadonlyArray<CaseDocument>): ReadonlyArray<string> =>
  documents.flatMap((document, index) => [
    summary(document, index),
    ...(form === "one" ? tables(document) : []),
    ...(document.findings ?? []).map((finding) => `  ${red("✗")} ${shortenedLine(finding)}`)
  ])

const counted = (count: number): string => (count === 1 ? "1 finding" : `${count} findings`)

export const run = ({ file, json }: { readonly file: string; readonly json: boolean }) =>
  Effect.gen(function* () {
    const given = yield* readCases(file)
    if ("rule" in given) {
      const { validator, epoch, report, roster } = given
      const proven = provenBy(given, roster === undefined ? undefined : leafRules(roster))
      if (Either.isLeft(proven)) return yield* unusableCases(file, proven.left)
      const { rule, why } = proven.right
      const line = `the report ${report} of epoch ${epoch} by ${validator} is false by itself (${rule}): ${why}`
      yield* Console.log(json ? toJson({ rule, validator, epoch, report, why }) : printable(`${red("✗")} ${line}`))
      return yield* new OperationFailed({ message: counted(1) })
    }
    const { form, cases } = given
    const documents = cases.map(auditCase)
    const lines = json ? jsonLines(form, documents) : textLines(form, documents).map(printable)
    yield* Effect.forEach(lines, (line) => Console.log(line), { discard: true })
    const findings = documents.map((document) => document.findings?.length ?? 0)
    const total = findings.reduce((sum, count) => sum + count, 0)
    const wrong = findings.filter((count) => count > 0).length
    const among = cases.length === 1 ? "" : ` in ${wrong} of ${cases.length} cases`
    if (total > 0) return yield* new OperationFailed({ message: `${counted(total)}${among}` })
  })

import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { IssueEvidence } from "../../../src/domain/IssueEvidence.ts"
import { judge } from "../../../src/scoring/issue_competitions/rules/verdict.ts"
import { competition, short } from "../../support/rules/githubRecord.ts"
import { knownFailures, type Row, table } from "./verdictRows.ts"

const run = (rows: ReadonlyArray<Row>) =>
  it.each(rows.map(([what, evidence, expected, on]) => ({ what, evidence, expected, on })))(
    "$what → $expected",
    ({ evidence, expected, on }) => {
      const decoded = Schema.decodeUnknownSync(IssueEvidence)(evidence)
      assert.strictEqual(short(judge(decoded, on ?? competition).verdict), expected)
    }
  )

describe("verdicts: the specification's table", () => run(table))

describe("verdicts: known failures of other programs", () => run(knownFailures))

import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { IssueEvidence } from "../../../src/domain/IssueEvidence.ts"
import { judge } from "../../../src/rules/verdicts/verdict.ts"
import { competition, short } from "../../support/rules/githubRecord.ts"
import { table } from "./verdictRows.ts"

describe("no verdict", () => {
  for (const [what, evidence, expected, on = competition] of table)
    it(`${what} → ${expected}`, () =>
      assert.strictEqual(short(judge(Schema.decodeUnknownSync(IssueEvidence)(evidence), on).verdict), expected))
})

/** Invented rounds with the results of the subnet's public program: twelve lines of rounds.jsonl, with file totals in place of files. */
import { Schema } from "effect"
import { RoundRecord } from "../../../../src/domain/contributions/RoundRecord.ts"
import { defaultRoster } from "../../../../src/domain/defaultRoster.ts"
import { type RoundScore, scoreRound, type TotalsByPullRequest } from "../../../../src/rules/contributions/scoreRound.ts"
import { roundDocument } from "../../../../src/scoring/oss_contributions/explain/roundDocument.ts"
import { casesIn } from "../../../support/conformance/lines.ts"

const Figures = Schema.Record({ key: Schema.String, value: Schema.Union(Schema.Number, Schema.String) })

const Totals = Schema.Struct({ files: Schema.Int, tokenScore: Schema.Number, sourceScore: Schema.Number, total: Schema.Number })

export const Want = Schema.Struct({
  rewards: Schema.Record({ key: Schema.String, value: Schema.Number }),
  pull_requests: Schema.Array(Figures),
  issues: Schema.optional(Schema.Array(Figures))
})
export type Want = typeof Want.Type

const Line = Schema.parseJson(
  Schema.Struct({ record: RoundRecord, totals: Schema.Record({ key: Schema.String, value: Totals }), want: Want })
)

export interface GivenRound {
  readonly record: RoundRecord
  readonly totals: TotalsByPullRequest
  readonly want: Want
}

export const givenRounds: ReadonlyArray<GivenRound> = casesIn("rounds.jsonl").map((line) => {
  const { record, totals, want } = Schema.decodeSync(Line)(line)
  return { record, totals: new Map(Object.entries(totals)), want }
})

export const documentOf = ({ record, totals }: Omit<GivenRound, "want">): Want => {
  const round = scoreRound({ record, totals }, defaultRoster.emission)
  return { ...roundDocument(record, round, defaultRoster.emission), issues: issuesOf(round) }
}

const issuesOf = ({ miners }: RoundScore) =>
  miners.flatMap(({ uid, discoveries }) =>
    [...discoveries].flatMap(([repository, { issues }]) =>
      issues.map(({ issue, earned }) => ({ uid, repository, number: issue.issue_number, earned }))
    )
  )

/** Every figure that differs by more than 1e-9 between two rounds, described in words. */
export const differences = (found: Want, want: Want): ReadonlyArray<string> => [
  ...figures("rewards", found.rewards, want.rewards),
  ...lists("pull_requests", found.pull_requests, want.pull_requests),
  ...(want.issues === undefined ? [] : lists("issues", sorted(found.issues ?? []), sorted(want.issues)))
]

type Fields = Readonly<Record<string, number | string>>

const sorted = (list: ReadonlyArray<Fields>) => list.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1))

const keyOf = ({ uid, repository, number, earned }: Fields) => `${uid} ${repository} ${number} ${earned}`

const lists = (name: string, found: ReadonlyArray<Fields>, want: ReadonlyArray<Fields>): ReadonlyArray<string> =>
  found.length === want.length
    ? want.flatMap((fields, index) => figures(`${name}[${index}] ${fields.repository}#${fields.number}`, found[index] ?? {}, fields))
    : [`${name}: ${found.length} instead of ${want.length}`]

const figures = (name: string, found: Fields, want: Fields): ReadonlyArray<string> =>
  [...new Set([...Object.keys(found), ...Object.keys(want)])].flatMap((key) => {
    const [is, must] = [found[key], want[key]]
    const same = typeof is === "number" && typeof must === "number" ? Math.abs(is - must) <= 1e-9 : is === must
    return same ? [] : [`${name} ${key}: ${is} instead of ${must}`]
  })

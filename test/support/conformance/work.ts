/** The rounds of the conformance kit that are scored for work: a case for each rule, in the form of a recorded round with the totals of its files. */
import { Schema } from "effect"
import { RoundRecord } from "../../../src/domain/contributions/RoundRecord.ts"
import { repositoriesScoredBy } from "../../../src/domain/Roster.ts"
import { heldToMaintainers } from "../../../src/scoring/oss_contributions/rules/maintainers.ts"
import type { WorkTotals } from "../../../src/scoring/oss_contributions/rules/work/whatCounts.ts"
import { documentOf } from "../../unit/scoring/rules/rounds.ts"

type Encoded = typeof RoundRecord.Encoded
type PullRequest = Encoded["pulls"][string][number]

/** A recorded round, and by pull request the tokens and lines that its files add. */
export interface WorkCase {
  readonly name: string
  readonly record: Encoded
  readonly totals: Readonly<Record<string, WorkTotals>>
}

const decode = Schema.decodeUnknownSync(RoundRecord)

/** Rewards and scores by the rules that pay for work. */
export const workOf = ({ record, totals }: WorkCase): object => {
  const recorded = decode(record)
  return documentOf({
    record: heldToMaintainers({ ...recorded, repos: repositoriesScoredBy(recorded.repos, recorded) }),
    totals: new Map(Object.entries(totals).map(([key, work]) => [key, { files: 1, tokenScore: 0, sourceScore: 0, total: 0, work }]))
  })
}

interface Merge extends Partial<WorkTotals> {
  readonly fields?: Partial<PullRequest>
  readonly account?: string
}

const DAYS = ["2026-10-01T12:00:00Z", "2026-10-03T12:00:00Z", "2026-10-05T12:00:00Z", "2026-10-08T12:00:00Z", "2026-10-12T12:00:00Z"]

/** A round of merges, two days and more apart, by accounts 100 and 200 in one repository whose people are 900. */
const caseOf = (name: string, merges: ReadonlyArray<Merge>, repository: object = {}, more: Partial<Encoded> = {}): WorkCase => {
  const pulls = merges.map(({ account = "100", fields }, index) => ({
    account,
    pull: {
      repo_full_name: "acme/site",
      pr_number: index + 1,
      state: "MERGED",
      author_github_id: account,
      author_login: `user${account}`,
      author_association: "CONTRIBUTOR",
      created_at: "2026-09-30T12:00:00Z",
      merged_at: DAYS[index] ?? null,
      merged_by_login: "maud",
      base_ref: "main",
      default_branch: "main",
      scoring_data_stored: true,
      ...fields
    } satisfies PullRequest
  }))
  return {
    name,
    record: {
      now: "2026-10-12T18:00:00Z",
      scoring: "work",
      repos: { "acme/site": { emission_share: 1, eligibility: { min_valid_merged_prs: 2 }, ...repository } },
      uids: { "0": null, "1": "100", "2": "200" },
      pulls: Object.fromEntries(["100", "200"].map((id) => [id, pulls.flatMap(({ account, pull }) => (account === id ? [pull] : []))])),
      issues: {},
      files: {},
      pushers_by_repo: { "acme/site": ["900"] },
      ...more
    },
    totals: Object.fromEntries(
      merges.map(({ account: _, fields: __, ...work }, index) => [
        `acme/site#${index + 1}`,
        { code: 0, leaves: 0, small: 0, lines: 0, smallLines: 0, ...work }
      ])
    )
  }
}

const wanted: Partial<PullRequest> = {
  linked_issues: [
    {
      number: 50,
      state: "CLOSED",
      state_reason: "COMPLETED",
      author_github_id: "900",
      author_association: "NONE",
      created_at: "2026-09-01T12:00:00Z"
    }
  ]
}

const found = (number: number, labelled: ReadonlyArray<{ readonly actor_github_id: string; readonly at: string }>) => ({
  repo_full_name: "acme/site",
  issue_number: 60 + number,
  state: "CLOSED" as const,
  state_reason: "COMPLETED",
  author_github_id: "200",
  author_association: "NONE",
  created_at: "2026-09-20T12:00:00Z",
  closed_at: "2026-10-05T12:00:00Z",
  solved_by_pr: number,
  labelled,
  solving_pr: {
    pr_number: number,
    author_github_id: "100",
    state: "MERGED" as const,
    merged_at: DAYS[number - 1] ?? null,
    base_ref: "main",
    default_branch: "main",
    created_at: "2026-09-30T12:00:00Z"
  }
})
const inTime = [{ actor_github_id: "900", at: "2026-09-25T12:00:00Z" }]
const plenty = [{ code: 300 }, { code: 300 }, { code: 300 }]

export const writtenWork: ReadonlyArray<WorkCase> = [
  caseOf("a straight line", [{ code: 200 }, { code: 100 }, { code: 0.5 }]),
  caseOf("the cap of seven days", [{ code: 700 }, { code: 700 }, { code: 700 }, { code: 700 }, { code: 700 }]),
  caseOf("the cap for small work", [{ small: 40, code: 10 }, { small: 40 }, { leaves: 6 }, { leaves: 5 }, { smallLines: 200 }]),
  caseOf("lines of a language without a grammar", [{ lines: 300 }, { lines: 100, code: 5 }, { code: 1 }]),
  caseOf("copies", [
    { code: 100, fields: { copied_share: 90_000 } },
    { code: 100, fields: { copied_share: 400_000 } },
    { code: 100, fields: { copied_share: 1_000_000 } }
  ]),
  caseOf("a fixed base", [{ code: 1 }, { code: 1, fields: { merged_at: "2026-10-02T06:00:00Z" } }, {}], { fixed_base_score: 9 }),
  caseOf("a slice that is not reached", [{ code: 60 }, { code: 60, account: "200" }, { code: 60 }, { code: 60, account: "200" }]),
  caseOf("a slice by the roster's own points", [{ code: 60 }, { code: 60 }], { work: { full_slice_points: 24 } }),
  caseOf(
    "small fixes that maintainers wanted",
    [1, 2, 3, 4].map(() => ({ leaves: 1, fields: wanted }))
  ),
  caseOf("a finder with labels in time", plenty, {}, { issues: { "200": [1, 2, 3].map((number) => found(number, inTime)) } }),
  caseOf(
    "a finder with the label of the solver, too late, and of nobody",
    plenty,
    {},
    {
      issues: {
        "200": [
          found(1, [{ actor_github_id: "100", at: "2026-09-25T12:00:00Z" }]),
          found(2, [{ actor_github_id: "900", at: "2026-10-01T00:00:00Z" }]),
          found(3, [])
        ]
      }
    }
  ),
  caseOf("an author who can push", plenty, {}, { pushers_by_repo: { "acme/site": ["900", "100"] } }),
  caseOf("a merge by a bot", [
    { code: 100, fields: { merged_by_github_id: null, head_approved_by: ["900"] } },
    { code: 100, fields: { merged_by_github_id: null, head_approved_by: ["100", "300"] } },
    { code: 100, fields: { merged_by_github_id: "900", head_approved_by: [] } }
  ]),
  caseOf("a merge that counts nothing", [{ code: 10 }, {}]),
  caseOf("a merge that the cap alone made nothing", [{ code: 1_000 }, { code: 10 }])
]

/** A round of contributions in which one party tries something, beside a crowd that works: what the party's accounts are paid, by either set of rules. */
import { Effect, Schema } from "effect"
import { RoundRecord } from "../../../src/domain/contributions/RoundRecord.ts"
import { scoreRecordedRound } from "../../../src/scoring/oss_contributions/score/scoreRecordedRound.ts"
import { code } from "./honestCode.ts"
import { type File, HALF_DAY, type Landing, measuredLandings } from "./measured.ts"

export type { File } from "./measured.ts"

type Encoded = typeof RoundRecord.Encoded
type PullRequest = Encoded["pulls"][string][number]
type Issue = Encoded["issues"][string][number]

/** A merged pull request. */
export interface Merge extends Landing {
  /** Another of the party's accounts opened the issue that it solves; `label`: who labelled that. `owner`: one of the project's people opened it. */
  readonly issue?: { readonly by: "owner" | number; readonly label: "maintainer" | "nobody" }
}

export type Rules = "parity" | "work"

const BUSY_REPOSITORY = "acme/busy"
export const QUIET_REPOSITORIES = ["acme/quiet-1", "acme/quiet-2", "acme/quiet-3", "acme/quiet-4", "acme/quiet-5"] as const

const ACCOUNTS = ["100", "200", "300", "400"] as const
const OTHER_ACCOUNTS = ["910", "920", "930", "940", "950"] as const
const MAINTAINER = "800"
const NOW = Date.parse("2026-11-01T12:00:00Z")
const DAY = 86_400_000

const at = (days: number): string => new Date(NOW - days * DAY).toISOString()

const decode = Schema.decodeUnknown(RoundRecord)

export const addedFile = (filename: string, head: string, more: Partial<File> = {}): File => {
  const lines = head.split("\n").length
  return { filename, status: "added", additions: lines, changes: lines, head_content: head, base_content: null, ...more }
}

export const changedFile = (filename: string, base: string, head: string, lines = 1): File => ({
  filename,
  status: "modified",
  additions: lines,
  deletions: lines,
  changes: 2 * lines,
  base_content: base,
  head_content: head
})

/** New functions, a file each. */
export const functions = (from: number, count: number, folder = "src"): ReadonlyArray<File> =>
  Array.from({ length: count }, (_, index) => addedFile(`${folder}/measure${from + index}.ts`, code(from + index)))

const pullRequest = (
  number: number,
  account: string,
  { days = 1, issue, open = HALF_DAY, repository = BUSY_REPOSITORY }: Merge
): PullRequest => ({
  repo_full_name: repository,
  pr_number: number,
  state: "MERGED",
  author_github_id: account,
  author_login: `user${account}`,
  author_association: "CONTRIBUTOR",
  created_at: at(days + open),
  merged_at: at(days),
  merged_by_login: "maud",
  merged_by_github_id: MAINTAINER,
  head_approved_by: [],
  base_ref: "main",
  head_ref: "change",
  head_repo_full_name: `user${account}/fork`,
  default_branch: "main",
  scoring_data_stored: true,
  linked_issues:
    issue === undefined
      ? []
      : [
          {
            number: 1_000 + number,
            state: "CLOSED",
            state_reason: "COMPLETED",
            author_github_id: issue.by === "owner" ? MAINTAINER : (ACCOUNTS[issue.by] ?? null),
            author_association: issue.by === "owner" ? "OWNER" : "NONE",
            created_at: at(days + 2),
            closed_at: at(days)
          }
        ]
})

const foundIssue = (number: number, merge: Merge, solver: PullRequest): Issue | undefined => {
  const { days = 1, issue, repository = BUSY_REPOSITORY } = merge
  if (issue === undefined || issue.by === "owner") return undefined
  const { linked_issues: _, ...solving_pr } = solver
  return {
    repo_full_name: repository,
    issue_number: 1_000 + number,
    state: "CLOSED",
    state_reason: "COMPLETED",
    author_github_id: ACCOUNTS[issue.by] ?? null,
    author_association: "NONE",
    created_at: at(days + 2),
    closed_at: at(days),
    solved_by_pr: number,
    labelled: issue.label === "nobody" ? [] : [{ actor_github_id: MAINTAINER, at: at(days + 1) }],
    solving_pr
  }
}

/** Three weeks of work of each of the crowd in the busy repository, so that its slice is paid in full, and nearly in proportion to what somebody adds. */
const crowd = OTHER_ACCOUNTS.flatMap((account, person) =>
  Array.from({ length: 12 }, (_, index): { readonly account: string; readonly number: number; readonly merge: Merge } => ({
    account,
    number: 5_000 + person * 100 + index,
    merge: { files: functions(10_000 + person * 240 + index * 20, 20), days: 1 + 2 * index }
  }))
)

const figures = {
  emission_share: 0,
  eligibility: { min_valid_merged_prs: 1, min_credibility: 0, min_valid_solved_issues: 1, min_issue_credibility: 0 }
}

/** Days of a round. */
const WINDOW = 30

/** The part of the emission that a party's accounts are paid, summed over as many rounds as its merges need. */
export const paidFor = Effect.fn("paidFor")(function* (rules: Rules, given: ReadonlyArray<Merge>) {
  const merges = rules === "work" ? yield* measuredLandings(given) : given
  const rounds = Math.ceil(Math.max(1, ...merges.map(({ days = 1 }) => days)) / WINDOW)
  const paid = yield* Effect.forEach(Array.from({ length: rounds }), (_, round) =>
    paidIn(
      rules,
      merges.flatMap((merge) => {
        const days = (merge.days ?? 1) - round * WINDOW
        return days > 0 && days <= WINDOW ? [{ ...merge, days }] : []
      })
    )
  )
  return paid.reduce((sum, one) => sum + one, 0)
})

const paidIn = Effect.fn("paidIn")(function* (rules: Rules, merges: ReadonlyArray<Merge>) {
  const all = [
    ...merges.map((merge: Merge, index) => ({ merge, number: index + 1, account: ACCOUNTS[merge.account ?? 0] ?? ACCOUNTS[0] })),
    ...crowd
  ].map((one) => ({ ...one, pull: pullRequest(one.number, one.account, one.merge) }))
  const issues = all.flatMap(({ merge, number, pull }) => foundIssue(number, merge, pull) ?? [])
  const record = yield* decode({
    now: at(0),
    scoring: rules,
    repos: {
      [BUSY_REPOSITORY]: { ...figures, emission_share: 0.5 },
      ...Object.fromEntries(QUIET_REPOSITORIES.map((name) => [name, { ...figures, emission_share: 0.1 }]))
    },
    uids: {
      "0": null,
      ...Object.fromEntries(ACCOUNTS.map((account, index) => [String(index + 1), account])),
      ...Object.fromEntries(OTHER_ACCOUNTS.map((account, index) => [String(index + 5), account]))
    },
    pulls: Object.fromEntries(
      [...ACCOUNTS, ...OTHER_ACCOUNTS].map((account) => [account, all.flatMap((one) => (one.account === account ? [one.pull] : []))])
    ),
    issues: Object.fromEntries(
      ACCOUNTS.map((account) => [account, issues.filter(({ author_github_id }) => author_github_id === account)] as const)
    ),
    files: Object.fromEntries(all.map(({ merge, number }) => [`${merge.repository ?? BUSY_REPOSITORY}#${number}`, merge.files])),
    pushers_by_repo: Object.fromEntries([BUSY_REPOSITORY, ...QUIET_REPOSITORIES].map((name) => [name, [MAINTAINER]]))
  } satisfies Encoded)
  const { rewards } = yield* scoreRecordedRound(record)
  return [1, 2, 3, 4].reduce((sum, uid) => sum + (rewards.get(uid) ?? 0), 0)
})

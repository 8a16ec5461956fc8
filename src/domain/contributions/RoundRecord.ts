/**
 * The record of a round: the whole input of scores and rewards, so that the rules need no clock and no GitHub. Validators make one from GitHub;
 * `gittensor score-round` reads one from a file, with these keys.
 */
import { ParseResult, Schema } from "effect"
import { Instant } from "../Instant.ts"
import { consentKeys, RosterRepositories, scoringKeys } from "../Roster.ts"

const nullable = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(Schema.NullOr(schema), { default: () => null })

const flag = Schema.optionalWith(Schema.Boolean, { default: () => false, nullable: true })

const text = Schema.optionalWith(Schema.String, { default: () => "", nullable: true })

const count = Schema.optionalWith(Schema.Int.pipe(Schema.nonNegative()), { default: () => 0, nullable: true })

/** Whether a text is the digits of a number that GitHub can give to an account. */
const isAccountId = (text: string): boolean => /^[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(Number(text))

const noAccountId = (actual: unknown): string =>
  `${JSON.stringify(actual)} is no GitHub account id, which is a whole number from 1 to ${Number.MAX_SAFE_INTEGER}`

const NumberOrDigits = Schema.Union(Schema.String, Schema.Number).annotations({
  message: ({ actual }) => ({ message: noAccountId(actual), override: true })
})

const accountIdOr = (...nobody: ReadonlyArray<string>) =>
  Schema.transformOrFail(NumberOrDigits, Schema.String, {
    strict: true,
    decode: (id, _, ast) =>
      isAccountId(String(id)) || nobody.includes(String(id))
        ? ParseResult.succeed(String(id))
        : ParseResult.fail(new ParseResult.Type(ast, id, noAccountId(id))),
    encode: ParseResult.succeed
  })

/** GitHub's account id, which survives renames. A number is read as its digits. */
const GitHubAccountId = accountIdOr()

/** The account of a pull request's author; empty if it was deleted. */
const AuthorId = accountIdOr("")

/** The account that a UID links. The subnet's original program writes null, 0 or an empty text for a UID without one. */
const LinkedAccountId = Schema.NullOr(accountIdOr("", "0"))

const NumberInRepository = Schema.Int.pipe(Schema.nonNegative())

/** A label and who put it on. The association is null if GitHub does not say, as for an app. */
export const RecordedLabel = Schema.Struct({
  name: text,
  /** GitHub's node id of the label, which survives renames. The subnet's original program records none. */
  github_id: Schema.optional(Schema.String),
  actor_github_id: nullable(GitHubAccountId),
  actor_association: nullable(Schema.String)
})
export interface RecordedLabel extends Schema.Schema.Type<typeof RecordedLabel> {}

const labels = Schema.optionalWith(Schema.Array(RecordedLabel), { default: () => [], nullable: true })

/** Numbers of reviews. The first counts those by maintainers of the repository only. */
const RecordedReviews = Schema.Struct({
  maintainer_changes_requested_count: count,
  changes_requested_count: count,
  approved_count: count,
  commented_count: count
})

const reviews = Schema.optionalWith(RecordedReviews, {
  default: () => ({ maintainer_changes_requested_count: 0, changes_requested_count: 0, approved_count: 0, commented_count: 0 }),
  nullable: true
})

const oneOf = <const Words extends readonly [string, ...Array<string>]>(...words: Words) =>
  Schema.Literal(...words).annotations({
    message: ({ actual }) => ({ message: `${JSON.stringify(actual)} is not one of ${words.join(", ")}`, override: true })
  })

const PullRequestState = oneOf("OPEN", "CLOSED", "MERGED")

const IssueState = oneOf("OPEN", "CLOSED")

/** An issue that a pull request closes. `solved_by_pr` is in the pull request's repository. */
export const RecordedLinkedIssue = Schema.Struct({
  number: NumberInRepository,
  title: text,
  state: IssueState,
  state_reason: nullable(Schema.String),
  author_github_id: nullable(GitHubAccountId),
  author_association: nullable(Schema.String),
  created_at: nullable(Instant),
  closed_at: nullable(Instant),
  updated_at: nullable(Instant),
  is_transferred: flag,
  solved_by_pr: nullable(NumberInRepository),
  labels
})
export interface RecordedLinkedIssue extends Schema.Schema.Type<typeof RecordedLinkedIssue> {}

const branches = {
  base_ref: nullable(Schema.String),
  head_ref: nullable(Schema.String),
  head_repo_full_name: nullable(Schema.String),
  default_branch: nullable(Schema.String),
  head_sha: nullable(Schema.String),
  base_sha: nullable(Schema.String),
  merge_base_sha: nullable(Schema.String)
}

/** The accounts that turned a pull request down. Left out: nobody did, an app did, or GitHub does not say who. */
const turnedDown = {
  /** The account that closed it without a merge: its author, or an account with the right. */
  closed_by_github_id: Schema.optional(GitHubAccountId),
  /** The account that locked it as spam. GitHub requires write access. */
  locked_as_spam_by_github_id: Schema.optional(GitHubAccountId)
}

const Ppm = Schema.Int.pipe(Schema.between(0, 1_000_000))

/** Further facts of a pull request that `"scoring": "work"` needs. A fact that is left out was not measured, and no rule applies because of it. */
const mergedBy = {
  /** The person's account that merged it; null for an app, and for an account that GitHub does not show. */
  merged_by_github_id: Schema.optional(Schema.NullOr(GitHubAccountId)),
  /** The accounts whose newest opinion approves the head that was merged. */
  head_approved_by: Schema.optional(Schema.Array(GitHubAccountId)),
  /** Of all words that it adds, the part that was had before, in parts per million. Files that do not say their own share have this one. */
  copied_share: Schema.optional(Ppm),
  /** That share is of what could be looked at; another time it may be more. */
  copied_in_part: Schema.optional(Schema.Literal(true))
}

/** Why a pull request scores nothing although it was merged, by the repository's rules of the roster. Left out: it scores. */
const scoresNothing = Schema.optional(Schema.String)

/** Since when its repository's people refuse bounties, by their file. Left out: they do not. */
const refusedSince = Schema.optional(Instant)

/** A pull request within its repository's window. `scoring_data_stored`: its files could be loaded. */
export const RecordedPullRequest = Schema.Struct({
  repo_full_name: Schema.String,
  pr_number: NumberInRepository,
  title: text,
  body: nullable(Schema.String),
  state: PullRequestState,
  author_github_id: AuthorId,
  author_login: text,
  author_association: nullable(Schema.String),
  created_at: Instant,
  closed_at: nullable(Instant),
  ...turnedDown,
  merged_at: nullable(Instant),
  last_edited_at: nullable(Instant),
  edited_after_merge: flag,
  hours_since_merge: nullable(Schema.Number),
  merged_by_login: nullable(Schema.String),
  ...branches,
  additions: count,
  deletions: count,
  commits_count: count,
  scoring_data_stored: flag,
  review_summary: reviews,
  labels,
  ...mergedBy,
  linked_issues: Schema.optionalWith(Schema.Array(RecordedLinkedIssue), { default: () => [], nullable: true }),
  /** When anything about it last changed, also after the round's moment. Left out: it is not known. */
  updated_at: Schema.optional(Instant),
  refused_since: refusedSince,
  scores_nothing: scoresNothing
})
export interface RecordedPullRequest extends Schema.Schema.Type<typeof RecordedPullRequest> {}

/** The pull request that solved an issue, by any author. */
export const RecordedSolvingPullRequest = Schema.Struct({
  pr_number: NumberInRepository,
  author_github_id: AuthorId,
  state: PullRequestState,
  merged_at: nullable(Instant),
  hours_since_merge: nullable(Schema.Number),
  edited_after_merge: flag,
  ...branches,
  review_summary: reviews,
  labels,
  /** When it was opened. Left out: it is not known. */
  created_at: Schema.optional(Instant),
  /** When its text was last changed, also after the round's moment. Left out: it is not known. */
  edited_at: Schema.optional(Instant),
  ...mergedBy,
  scores_nothing: scoresNothing
})
export interface RecordedSolvingPullRequest extends Schema.Schema.Type<typeof RecordedSolvingPullRequest> {}

/** An issue that a miner opened: within its repository's window, or still open. */
export const RecordedIssue = Schema.Struct({
  repo_full_name: Schema.String,
  issue_number: NumberInRepository,
  title: text,
  state: IssueState,
  state_reason: nullable(Schema.String),
  author_github_id: nullable(GitHubAccountId),
  author_login: nullable(Schema.String),
  author_association: nullable(Schema.String),
  created_at: nullable(Instant),
  closed_at: nullable(Instant),
  updated_at: nullable(Instant),
  last_edited_at: nullable(Instant),
  is_transferred: flag,
  solved_by_pr: nullable(NumberInRepository),
  labels,
  /** The accounts that put a label on it, and when. Left out: not measured. */
  labelled: Schema.optional(Schema.Array(Schema.Struct({ actor_github_id: GitHubAccountId, at: Instant }))),
  solving_pr: nullable(RecordedSolvingPullRequest),
  refused_since: refusedSince
})
export interface RecordedIssue extends Schema.Schema.Type<typeof RecordedIssue> {}

/** A changed file with the texts of both sides; null if a side does not exist or is not text. */
export const RecordedFile = Schema.Struct({
  filename: Schema.String,
  previous_filename: nullable(Schema.String),
  status: Schema.String,
  additions: count,
  deletions: count,
  changes: count,
  is_binary: flag,
  head_content: nullable(Schema.String),
  base_content: nullable(Schema.String),
  /** Facts about the file in the tree before the change, for `"scoring": "work"`. Left out: not measured. */
  parent: Schema.optional(
    Schema.Struct({
      declared: Schema.NullOr(Schema.Literal("foreign", "own")),
      isHandwritten: Schema.optionalWith(Schema.Literal(true), { exact: true }),
      strangersLicence: Schema.optionalWith(Schema.String, { exact: true })
    })
  ),
  /** Of the words that it adds, the part that was had before, in parts per million. Left out: not measured. */
  had_share: Schema.optional(Ppm),
  /** How many words it adds that could be compared with what was had. Left out: not measured. */
  compared_words: Schema.optional(Schema.NonNegativeInt)
})
export interface RecordedFile extends Schema.Schema.Type<typeof RecordedFile> {}

const Uid = Schema.String.pipe(Schema.pattern(/^(?:0|[1-9]\d{0,4})$/, { identifier: "a UID" }))

const lists = <A, I>(value: Schema.Schema<A, I>) => Schema.Record({ key: Schema.String, value: Schema.Array(value) })

const byAccount = <A, I>(value: Schema.Schema<A, I>) =>
  lists(value).pipe(
    Schema.filter((all) => {
      const wrong = Object.keys(all).find((account) => !isAccountId(account))
      return wrong === undefined ? undefined : { path: [wrong], message: noAccountId(wrong) }
    })
  )

export const RoundRecord = Schema.Struct({
  /** The timestamp as of which the round is scored. */
  now: Instant,
  repos: RosterRepositories,
  ...consentKeys,
  ...scoringKeys,
  /** The GitHub account id of each registered UID; null where none is linked. */
  uids: Schema.Record({ key: Uid, value: LinkedAccountId }).annotations({ parseOptions: { onExcessProperty: "error" } }),
  pulls: byAccount(RecordedPullRequest),
  issues: byAccount(RecordedIssue),
  /** By `owner/name#number`, without pull requests whose files could not be loaded. */
  files: lists(RecordedFile),
  /** UIDs of miners who maintain a repository. */
  maintainer_uids_by_repo: Schema.optionalWith(Schema.Record({ key: Schema.String, value: Schema.Array(Schema.NonNegativeInt) }), {
    default: () => ({}),
    nullable: true
  }),
  /**
   * The accounts that can push to a repository, by its name: its owner, and who merged, queued, or pushed to the default branch within the roster's days. A repository
   * that is left out is not measured: then associations say who maintains it.
   */
  pushers_by_repo: Schema.optional(lists(GitHubAccountId)),
  /** The UID of the issue competitions' treasury, for a recorded round. A round that is loaded names none: the chain says which it is. */
  treasury_uid: Schema.optionalWith(Schema.Int.pipe(Schema.between(0, 65_535)), { nullable: true })
})
export interface RoundRecord extends Schema.Schema.Type<typeof RoundRecord> {}

/** The key of a pull request's files. Repository names ignore case. */
export const pullRequestKey = (repository: string, number: number): string => `${repository.toLowerCase()}#${number}`

/** Applies `change` to the list of each account. */
export const mapLists = <A, B>(
  lists: Readonly<Record<string, ReadonlyArray<A>>>,
  change: (list: ReadonlyArray<A>) => ReadonlyArray<B>
): Readonly<Record<string, ReadonlyArray<B>>> => Object.fromEntries(Object.entries(lists).map(([account, list]) => [account, change(list)]))

/** An account's entries. The account may be any text, even `constructor`. */
export const entriesOf = <A>(lists: Readonly<Record<string, ReadonlyArray<A>>>, account: string): ReadonlyArray<A> =>
  Object.hasOwn(lists, account) ? (lists[account] ?? []) : []

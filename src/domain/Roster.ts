/**
 * The roster: which repositories are scored, and by which figures, as its signer publishes it. Every figure that a repository may override is here,
 * with its range and its default, and nowhere else. Unknown keys and values out of range are errors that name the repository and the key.
 */
import { Schema } from "effect"
import { defaultEmission, Emission } from "./Emission.ts"
import { RepositoryName } from "./IssueRef.ts"

/** A fraction of a whole. */
const Share = Schema.Number.pipe(Schema.between(0, 1))

const Count = Schema.Int.pipe(Schema.nonNegative())

const NonNegative = Schema.Number.pipe(Schema.finite(), Schema.nonNegative())

const Positive = Schema.Number.pipe(Schema.finite(), Schema.positive())

const DAY = 86_400_000

/** A day as YYYY-MM-DD. */
const Day = Schema.String.pipe(
  Schema.pattern(/^\d{4}-\d{2}-\d{2}$/),
  Schema.filter((day) => {
    const at = Date.parse(day)
    return (Number.isFinite(at) && new Date(at).toISOString().startsWith(day)) || "there is no such day"
  })
)

/** A key that is left out or null takes the default. */
const overridable = <A extends boolean | number | string | object, I>(schema: Schema.Schema<A, I>, figure: () => A) =>
  Schema.optionalWith(schema, { default: figure, nullable: true })

const strict = { parseOptions: { onExcessProperty: "error" } } as const

/** The conditions under which a miner earns in a repository, and the limits of open work. */
const Eligibility = Schema.Struct({
  min_valid_merged_prs: overridable(Count, () => 3),
  min_credibility: overridable(Share, () => 0.8),
  /** The number of open pull requests that is always allowed. */
  excessive_pr_penalty_base_threshold: overridable(Count, () => 2),
  /** Merged token score that allows one more open pull request. */
  open_pr_threshold_token_score: overridable(Positive, () => 300),
  max_open_pr_threshold: overridable(Count, () => 30),
  min_valid_solved_issues: overridable(Count, () => 3),
  min_issue_credibility: overridable(Share, () => 0.8),
  min_token_score_for_valid_issue: overridable(NonNegative, () => 5),
  open_issue_spam_base_threshold: overridable(Count, () => 2),
  open_issue_spam_token_score_per_slot: overridable(Positive, () => 300),
  max_open_issue_threshold: overridable(Count, () => 30)
}).annotations(strict)

/** How a merged pull request's score decays with its age. */
export const TimeDecay = Schema.Struct({
  grace_period_hours: overridable(Schema.Int.pipe(Schema.between(0, 168)), () => 12),
  sigmoid_midpoint_days: overridable(Schema.Number.pipe(Schema.between(1, 90)), () => 10),
  sigmoid_steepness: overridable(Schema.Number.pipe(Schema.between(0.01, 5)), () => 0.4),
  min_multiplier: overridable(Share, () => 0.05)
}).annotations(strict)
export interface TimeDecay extends Schema.Schema.Type<typeof TimeDecay> {}

/** Limits on the work of maintainers. A key that is left out sets no limit, and stays out of the document. */
const Burden = Schema.Struct({
  /** Limits of open pull requests: of one miner, and of all miners together. The whole score of the newest ones above a limit is collateral. */
  max_open_prs_per_miner: Schema.optional(Count),
  max_open_prs: Schema.optional(Count),
  /** For how long a miner's pull requests score nothing there after a maintainer closed one of them as spam. */
  spam_days: Schema.optional(Schema.Int.pipe(Schema.between(1, 90))),
  /** The repository's share falls if more than half of the miners' decided pull requests were closed without a merge, once at least this many are decided. */
  min_decided_prs: Schema.optional(Schema.Int.pipe(Schema.positive()))
}).annotations(strict)

const IssueMultiplier = Schema.Number.pipe(Schema.between(1, 5))

const defaultsOf = <A, I>(schema: Schema.Schema<A, I>) => Schema.decodeUnknownSync(schema)({})

const timeDecayDefaults = defaultsOf(TimeDecay)

/** The figures by which one pull request is scored. */
const ScoringFigures = Schema.Struct({
  pr_lookback_days: overridable(Schema.Int.pipe(Schema.between(1, 90)), () => 30),
  open_pr_collateral_percent: overridable(Share, () => 0.2),
  review_penalty_rate: overridable(Schema.Number.pipe(Schema.greaterThan(0), Schema.lessThanOrEqualTo(1)), () => 0.15),
  standard_issue_multiplier: overridable(IssueMultiplier, () => 1.33),
  maintainer_issue_multiplier: overridable(IssueMultiplier, () => 1.66),
  src_tok_saturation_scale: overridable(Schema.Number.pipe(Schema.between(10, 500)), () => 58),
  time_decay: overridable(TimeDecay, () => timeDecayDefaults)
}).annotations(strict)

/**
 * The figures of the rules that `"scoring": "work"` chooses, which pay for work. A token is a weighted node that a change adds. docs/reference/scoring.md says what each
 * rule answers.
 */
export const WorkFigures = Schema.Struct({
  /** Points of base for a token. */
  points_per_token: overridable(Schema.Number.pipe(Schema.between(0, 10)), () => 0.1),
  /** The tokens that an account's merges in the repository count together in any `cap_days` days. */
  cap_tokens: overridable(NonNegative, () => 1_000),
  cap_days: overridable(Schema.Int.pipe(Schema.between(1, 90)), () => 7),
  /** The most tokens of small work that count in `cap_days` days: tests, documents, configuration, data, and files of which only leaves differ. */
  small_cap_tokens: overridable(NonNegative, () => 50),
  /** A pull request whose files of which only leaves differ come to no more tokens counts them outside of `small_cap_tokens`. */
  small_fix_tokens: overridable(NonNegative, () => 5),
  /** Tokens for five new words, about a line, of a language without weighted nodes. */
  tokens_per_line: overridable(NonNegative, () => 0.3),
  /** A file keeps this many times the part of its added words that was not had before, and at most all. */
  copies_factor: overridable(Schema.Number.pipe(Schema.between(1, 10)), () => 1.1),
  /** Merges of one account within this time share one `fixed_base_score`. */
  fixed_base_hours: overridable(Schema.Int.pipe(Schema.between(1, 168)), () => 24),
  /** The points of the window, before decay, from which the repository's slice is paid in full. Left out: 50, or 0 with `fixed_base_score`. */
  full_slice_points: Schema.optional(NonNegative),
  /** The finder's part of the solver's points. */
  finder_share: overridable(Share, () => 0.1),
  /** The least points of a pull request that solves an issue by one of the project's people. It holds for `wanted_pull_requests` of an account in any `cap_days` days. */
  wanted_points: overridable(NonNegative, () => 3),
  wanted_pull_requests: overridable(Count, () => 3),
  /** An account that merged or pushed within this many days counts as able to push. */
  pushing_days: overridable(Schema.Int.pipe(Schema.between(1, 90)), () => 90)
}).annotations(strict)
export interface WorkFigures extends Schema.Schema.Type<typeof WorkFigures> {}

const eligibilityDefaults = defaultsOf(Eligibility)

const scoringDefaults = defaultsOf(ScoringFigures)

/** One repository of the roster, with every default filled in. */
export const RosterRepository = Schema.Struct({
  /**
   * GitHub's id of the repository, by which it is read: a renamed repository stays listed, and another one that takes over the name does not count. Without
   * the id, the repository with the name counts, unless it was created after `named_on`. A missing key is left out of the document, like `test_command`.
   */
  github_id: Schema.optional(Schema.Int.pipe(Schema.positive())),
  /**
   * The day (UTC) on which the roster named the repository. A repository of that name that was created later is another one. Without it, the document
   * has no such key.
   */
  named_on: Schema.optional(Day),
  /** The share of the contributions' pool. */
  emission_share: Share,
  /** The part of the repository's share that goes to miners who found issues. */
  issue_discovery_share: overridable(Share, () => 0.5),
  /** The part of the repository's share that goes to maintainers who are miners. */
  maintainer_cut: overridable(Schema.Number.pipe(Schema.between(0, 0.5)), () => 0),
  /** Replaces the base score of every pull request. */
  fixed_base_score: Schema.optionalWith(Schema.NullOr(Schema.Number.pipe(Schema.between(0, 100))), { default: () => null }),
  /** Multipliers by patterns of label names, ignoring case. */
  label_multipliers: overridable(Schema.Record({ key: Schema.String, value: NonNegative }), () => ({})),
  /**
   * Labels by GitHub's node ids, with their names when the roster was written: a renamed label counts by that name. Left out of the document if it is
   * not given.
   */
  label_ids: Schema.optional(Schema.Record({ key: Schema.NonEmptyString, value: Schema.NonEmptyString })),
  default_label_multiplier: overridable(NonNegative, () => 1),
  /** Labels count from any account, not only from maintainers. */
  trusted_label_pipeline: overridable(Schema.Boolean, () => false),
  /** Patterns of branch names that count besides the default branch. */
  additional_acceptable_branches: overridable(Schema.Array(Schema.String), () => []),
  /**
   * A command for /bin/sh that runs the repository's tests, if these are not recognised. Left out of the document if it is not given, so that rosters
   * without it keep their hashes.
   */
  test_command: Schema.optional(Schema.NonEmptyString.pipe(Schema.maxLength(1_000), Schema.pattern(/^[^\0]*$/))),
  /**
   * A merged pull request scores its net change of the default branch, once, and nothing after a revert; without this key, it scores the diff to its
   * base. Each repository has its own setting: if one gets its work from another branch by squash merges, single pull requests change nothing there.
   * Left out of the document if it is not given.
   */
  score_what_landed: Schema.optional(Schema.Boolean),
  /** The owner has seen that the repository's maintainers asked to be listed. Left out of the document if it is not given. */
  asked: Schema.optional(Schema.Boolean),
  /** Left out of the document if it is not given. */
  burden: Schema.optional(Burden),
  /** Figures for `"scoring": "work"`. Left out of the document where they are not given. */
  work: Schema.optional(WorkFigures),
  eligibility: overridable(Eligibility, () => eligibilityDefaults),
  scoring: overridable(ScoringFigures, () => scoringDefaults)
}).annotations(strict)
export interface RosterRepository extends Schema.Schema.Type<typeof RosterRepository> {}

/**
 * Whether a repository with the roster's name may be the one that the roster means. `createdAt`: milliseconds since 1970; undefined (unknown) proves nothing.
 */
export const mayBeNamed = ({ named_on }: Pick<RosterRepository, "named_on">, createdAt: number | undefined): boolean =>
  named_on === undefined || createdAt === undefined || createdAt < Date.parse(named_on) + DAY

const EMISSION_SHARE_TOLERANCE = 1e-9

/** Repositories by name, `owner/name`, ignoring case. No two have the same id. Their emission shares add up to at most 1. */
export const RosterRepositories = Schema.Record({ key: Schema.String, value: RosterRepository }).pipe(
  Schema.filter((repositories) => {
    const seen = new Map<string, string>()
    for (const name of Object.keys(repositories)) {
      const before = seen.get(name.toLowerCase())
      if (before !== undefined) return { path: [name], message: `${before} is the same repository: names ignore case` }
      seen.set(name.toLowerCase(), name)
    }
    const ids = new Map<number, string>()
    for (const [name, { github_id }] of Object.entries(repositories)) {
      if (github_id === undefined) continue
      const before = ids.get(github_id)
      if (before !== undefined) return { path: [name, "github_id"], message: `${before} has the same id` }
      ids.set(github_id, name)
    }
    // The smallest first, so that the order of keys does not decide.
    const shares = Object.values(repositories)
      .map(({ emission_share }) => emission_share)
      .toSorted((left, right) => left - right)
      .reduce((sum, share) => sum + share, 0)
    return shares > 1 + EMISSION_SHARE_TOLERANCE ? `the emission_share of all repositories is ${shares}, more than the whole` : undefined
  })
)
export type RosterRepositories = typeof RosterRepositories.Type

/** A repository's entry. Names ignore case. */
export const rosterRepositoryOf = (repositories: RosterRepositories, name: string | undefined): RosterRepository | undefined =>
  Object.entries(repositories).find(([one]) => one.toLowerCase() === name?.toLowerCase())?.[1]

/** A language's weight and grammar. Without a grammar, files score by changed lines or not at all. */
const Language = Schema.Struct({ weight: NonNegative, language: Schema.optional(Schema.NonEmptyString) }).annotations(strict)

/** Languages by file extension, in lower case without a dot. */
export const LanguageTable = Schema.Record({
  key: Schema.String.pipe(Schema.pattern(/^[^.\p{Lu}/]+$/u, { identifier: "an extension in lower case without a dot" })),
  value: Language
}).annotations(strict)
export type LanguageTable = typeof LanguageTable.Type

const Weights = Schema.Record({ key: Schema.String, value: NonNegative })

/** Weights of syntax tree nodes by type: structural nodes, and nodes without children. */
export const TokenWeights = Schema.Struct({ structural_bonus: Weights, leaf_tokens: Weights }).annotations(strict)
export interface TokenWeights extends Schema.Schema.Type<typeof TokenWeights> {}

/** A repository whose maintainers told the owner that they want nothing from this subnet, with the first day (UTC) on which that holds. */
const Refusal = Schema.Struct({ repository: RepositoryName, since: Day }).annotations(strict)

/** The rules of maintainers' consent. Keys that are not given are left out of the document, like `test_command`. */
export const consentKeys = {
  /**
   * `any`, the default: consent is not needed. `not-refused`: work that was opened after a refusal scores nothing. `asked`: nor does work in a
   * repository without `asked`.
   */
  consent: Schema.optional(Schema.Literal("any", "not-refused", "asked")),
  refusals: Schema.optional(Schema.Array(Refusal))
}
export interface ConsentRules extends Schema.Schema.Type<Schema.Struct<typeof consentKeys>> {}

/** Which rules score contributions. A key that is not given is left out of the document. */
export const scoringKeys = {
  /** `parity`, as without the key: those of the subnet's present program. `work`: those that pay for work, by what landed. */
  scoring: Schema.optional(Schema.Literal("parity", "work"))
}
export interface ScoringChoice extends Schema.Schema.Type<Schema.Struct<typeof scoringKeys>> {}

const workDefaults = defaultsOf(WorkFigures)

/** The repositories as the chosen rules read them: those that pay for work have `work` filled in, and score what landed; others have no `work`. */
export const repositoriesScoredBy = (repositories: RosterRepositories, { scoring = "parity" }: ScoringChoice): RosterRepositories =>
  Object.fromEntries(
    Object.entries(repositories).map(([name, { work = workDefaults, ...settings }]) => [
      name,
      scoring === "work" ? { ...settings, score_what_landed: true, work } : settings
    ])
  )

/** The refusals that hold at a moment, in milliseconds since 1970. */
export const refusalsHolding = ({ consent = "any", refusals = [] }: ConsentRules, at: number) =>
  consent === "any" ? [] : refusals.filter(({ since }) => Date.parse(`${since}T00:00Z`) <= at)

/** The repositories whose refusals hold at a time, in milliseconds since 1970. */
export const refusedAt = (rules: ConsentRules, at: number): ReadonlyArray<string> =>
  refusalsHolding(rules, at).map(({ repository }) => repository)

export const RosterDocument = Schema.Struct({
  /** Increases with each change. */
  version: Schema.NonNegativeInt,
  emission: overridable(Emission, () => defaultEmission),
  repositories: RosterRepositories,
  languages: LanguageTable,
  token_weights: TokenWeights,
  ...consentKeys,
  ...scoringKeys
})
  .annotations(strict)
  .pipe(
    Schema.filter(({ consent = "any", refusals = [], repositories, scoring = "parity" }) => {
      if (consent === "any" && refusals.length > 0)
        return { path: ["refusals"], message: 'they bind nobody without "consent": "not-refused" or "asked"' }
      const [idle] = Object.entries(repositories).find(([, { work }]) => work !== undefined) ?? []
      return scoring === "work" || idle === undefined
        ? undefined
        : { path: ["repositories", idle, "work"], message: 'its figures decide nothing without "scoring": "work"' }
    })
  )
export interface RosterDocument extends Schema.Schema.Type<typeof RosterDocument> {}

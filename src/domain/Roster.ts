/**
 * What is scored and with which figures, as the subnet's owner publishes it. Every figure that a repository may override is here with its
 * range and its default, and nowhere else. A key that is not known and a value out of its range are errors that name the repository and the key.
 */
import { Schema } from "effect"

/** A fraction of a whole. */
const Share = Schema.Number.pipe(Schema.between(0, 1))

const Count = Schema.Int.pipe(Schema.nonNegative())

const NonNegative = Schema.Number.pipe(Schema.finite(), Schema.nonNegative())

const Positive = Schema.Number.pipe(Schema.finite(), Schema.positive())

/** The default stands for a key that is left out, or null. */
const overridable = <A extends boolean | number | string | object, I>(schema: Schema.Schema<A, I>, figure: () => A) =>
  Schema.optionalWith(schema, { default: figure, nullable: true })

const strict = { parseOptions: { onExcessProperty: "error" } } as const

/** From when on a miner earns in a repository, and how much open work is too much. */
export const Eligibility = Schema.Struct({
  min_valid_merged_prs: overridable(Count, () => 3),
  min_credibility: overridable(Share, () => 0.8),
  /** Open pull requests that are free. */
  excessive_pr_penalty_base_threshold: overridable(Count, () => 2),
  /** One more open pull request is free for as much token score that was merged. */
  open_pr_threshold_token_score: overridable(Positive, () => 300),
  max_open_pr_threshold: overridable(Count, () => 30),
  min_valid_solved_issues: overridable(Count, () => 3),
  min_issue_credibility: overridable(Share, () => 0.8),
  min_token_score_for_valid_issue: overridable(NonNegative, () => 5),
  open_issue_spam_base_threshold: overridable(Count, () => 2),
  open_issue_spam_token_score_per_slot: overridable(Positive, () => 300),
  max_open_issue_threshold: overridable(Count, () => 30)
}).annotations(strict)
export interface Eligibility extends Schema.Schema.Type<typeof Eligibility> {}

/** How a merged pull request loses worth with its age. */
export const TimeDecay = Schema.Struct({
  grace_period_hours: overridable(Schema.Int.pipe(Schema.between(0, 168)), () => 12),
  sigmoid_midpoint_days: overridable(Schema.Number.pipe(Schema.between(1, 90)), () => 10),
  sigmoid_steepness: overridable(Schema.Number.pipe(Schema.between(0.01, 5)), () => 0.4),
  min_multiplier: overridable(Share, () => 0.05)
}).annotations(strict)
export interface TimeDecay extends Schema.Schema.Type<typeof TimeDecay> {}

const IssueMultiplier = Schema.Number.pipe(Schema.between(1, 5))

const defaultsOf = <A, I>(schema: Schema.Schema<A, I>) => Schema.decodeUnknownSync(schema)({})

const timeDecayDefaults = defaultsOf(TimeDecay)

/** The figures by which one pull request is scored. */
export const ScoringFigures = Schema.Struct({
  pr_lookback_days: overridable(Schema.Int.pipe(Schema.between(1, 90)), () => 30),
  open_pr_collateral_percent: overridable(Share, () => 0.2),
  review_penalty_rate: overridable(Schema.Number.pipe(Schema.greaterThan(0), Schema.lessThanOrEqualTo(1)), () => 0.15),
  standard_issue_multiplier: overridable(IssueMultiplier, () => 1.33),
  maintainer_issue_multiplier: overridable(IssueMultiplier, () => 1.66),
  src_tok_saturation_scale: overridable(Schema.Number.pipe(Schema.between(10, 500)), () => 58),
  time_decay: overridable(TimeDecay, () => timeDecayDefaults)
}).annotations(strict)
export interface ScoringFigures extends Schema.Schema.Type<typeof ScoringFigures> {}

const eligibilityDefaults = defaultsOf(Eligibility)

const scoringDefaults = defaultsOf(ScoringFigures)

/** One repository of the roster, with every default filled in. */
export const RosterRepository = Schema.Struct({
  /** Of the pool of open-source contributions. */
  emission_share: Share,
  /** Of the repository's slice, for those who found issues. */
  issue_discovery_share: overridable(Share, () => 0.5),
  /** Of the repository's slice, for its maintainers who are miners. */
  maintainer_cut: overridable(Schema.Number.pipe(Schema.between(0, 0.5)), () => 0),
  /** In the place of a pull request's base score. */
  fixed_base_score: Schema.optionalWith(Schema.NullOr(Schema.Number.pipe(Schema.between(0, 100))), { default: () => null }),
  /** Patterns of labels' names, without regard to case. */
  label_multipliers: overridable(Schema.Record({ key: Schema.String, value: NonNegative }), () => ({})),
  default_label_multiplier: overridable(NonNegative, () => 1),
  /** Labels count whoever put them on. */
  trusted_label_pipeline: overridable(Schema.Boolean, () => false),
  /** Patterns of branches' names, beside the default branch. */
  additional_acceptable_branches: overridable(Schema.Array(Schema.String), () => []),
  eligibility: overridable(Eligibility, () => eligibilityDefaults),
  scoring: overridable(ScoringFigures, () => scoringDefaults)
}).annotations(strict)
export interface RosterRepository extends Schema.Schema.Type<typeof RosterRepository> {}

const EMISSION_SHARE_TOLERANCE = 1e-9

/** Repositories by their names `owner/name`, which ignore case. Their shares of the pool are at most the whole. */
export const RosterRepositories = Schema.Record({ key: Schema.String, value: RosterRepository }).pipe(
  Schema.filter((repositories) => {
    const seen = new Map<string, string>()
    let shares = 0
    for (const [name, repository] of Object.entries(repositories)) {
      const before = seen.get(name.toLowerCase())
      if (before !== undefined) return { path: [name], message: `${before} is the same repository: names ignore case` }
      seen.set(name.toLowerCase(), name)
      shares += repository.emission_share
    }
    return shares > 1 + EMISSION_SHARE_TOLERANCE ? `the emission_share of all repositories is ${shares}, more than the whole` : undefined
  })
)
export type RosterRepositories = typeof RosterRepositories.Type

/** How much a node of a language counts, and by which grammar it is read; without one, its lines count or nothing does. */
const Language = Schema.Struct({ weight: NonNegative, language: Schema.optional(Schema.NonEmptyString) }).annotations(strict)

/** Languages by the extension of files, lower case and without a dot. */
export const LanguageTable = Schema.Record({
  key: Schema.String.pipe(Schema.pattern(/^[^.\p{Lu}/]+$/u, { identifier: "an extension in lower case without a dot" })),
  value: Language
}).annotations(strict)
export type LanguageTable = typeof LanguageTable.Type

const Weights = Schema.Record({ key: Schema.String, value: NonNegative })

/** What nodes of a syntax tree weigh by their type: those with a structure of their own, and those without children. */
export const TokenWeights = Schema.Struct({ structural_bonus: Weights, leaf_tokens: Weights }).annotations(strict)
export interface TokenWeights extends Schema.Schema.Type<typeof TokenWeights> {}

/** Everything that decides what is scored, and how. */
export const RosterDocument = Schema.Struct({
  /** Rises with each change. */
  version: Schema.NonNegativeInt,
  repositories: RosterRepositories,
  languages: LanguageTable,
  token_weights: TokenWeights
}).annotations(strict)
export interface RosterDocument extends Schema.Schema.Type<typeof RosterDocument> {}

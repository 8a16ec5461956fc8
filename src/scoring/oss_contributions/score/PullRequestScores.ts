/**
 * The scores of a pull request's files, loaded from GitHub. Commits never change, so each pair of commits is loaded and scored once per set of rules.
 */
import { Context, Effect, Layer, Option, Schema } from "effect"
import { LRUCache } from "lru-cache"
import type { ChangedFile } from "../../../domain/contributions/ChangedFile.ts"
import type { FileRules } from "../../../domain/contributions/FileRules.ts"
import type { OperationFailed } from "../../../domain/failures.ts"
import { extensionOf } from "../../../domain/fileExtension.ts"
import { Contributions, type GitHubUnavailable, type PullRequestCommits } from "../../../layers/github/contributions/Contributions.ts"
import { hasGrammar } from "../../../layers/parsing/grammars.ts"
import type { ParsingUnavailable } from "../../../layers/parsing/TreeTallies.ts"
import { layerNone, ScoreCache } from "../../../layers/storage/dataFolder/ScoreCache.ts"
import { chooseMethod, tooLargeScore } from "../../../rules/contributions/files/scoreFile.ts"
import { FileScorer, isFinal } from "./FileScorer.ts"
import { rulesTextOf } from "./rulesText.ts"
import { ScoredFiles, scorerHash } from "./scoredFilesText.ts"

type OfPullRequest = (
  commits: PullRequestCommits,
  rules: FileRules
) => Effect.Effect<ScoredFiles, GitHubUnavailable | ParsingUnavailable | OperationFailed>

export class PullRequestScores extends Context.Tag("gittensor/PullRequestScores")<
  PullRequestScores,
  {
    /** In GitHub's order of files. Pass the same `rules` value while the roster does not change. */
    readonly ofPullRequest: OfPullRequest
    /** Announces the next pull requests, about a hundred at a time, so that their data can be loaded together. Changes no score. */
    readonly readAhead: (all: ReadonlyArray<PullRequestCommits>, rules: FileRules) => Effect.Effect<void>
    /** How many pull requests to request concurrently. */
    readonly atOnce: number
  }
>() {}

/** Pull requests in progress at once where they are scored in this process, because their texts are held in memory. */
const SCORED_AT_ONCE = 8

/** How many pull requests' scores are kept in memory. */
const CACHED_SCORES = 20_000

const withTexts = (file: ChangedFile): ChangedFile => ({ ...file, isBinary: false, base: file.base ?? "", head: file.head ?? "" })

/** Whether a file's score depends on its texts. */
const needsTexts =
  (rules: FileRules) =>
  (file: ChangedFile): boolean => {
    const choice = chooseMethod(withTexts(file), rules, hasGrammar)
    if (choice._tag === "NeedsTrees" || choice.score.method === "tree-diff") return true
    // Its first lines may say whose work it is.
    return rules.work === true && choice.score.method === "skipped-unsupported" && rules.languages.has(extensionOf(file.path))
  }

/** The extensions of files whose scores depend on their texts. */
const extensionsOf = (rules: FileRules): ReadonlyArray<string> =>
  [...rules.languages.keys()].filter((extension) => {
    const path = `a.${extension}`
    const edited = { path, previousPath: undefined, status: "modified", additions: 1, deletions: 0, changes: 1 } as const
    return needsTexts(rules)({ ...edited, isBinary: false, base: null, head: null })
  })

/** A file whose texts were not loaded is scored as a text file, unless GitHub counts no changed lines in it: then it is binary. */
const asScored =
  (isLoaded: (file: ChangedFile) => boolean) =>
  (file: ChangedFile): ChangedFile =>
    isLoaded(file) || file.changes === 0 ? file : withTexts(file)

interface Remembering {
  readonly ofPullRequest: OfPullRequest
  /** Those of `all` that are not cached. */
  readonly unknownOf: (all: ReadonlyArray<PullRequestCommits>, rules: FileRules) => Effect.Effect<ReadonlyArray<PullRequestCommits>>
}

const ScoredText = Schema.parseJson(ScoredFiles)
const decodeScored = Schema.decodeUnknownOption(ScoredText)
const encodeScored = Schema.encodeSync(ScoredText)

/** Caches the final scores that `compute` returns, by commits and rules: the newest in memory, all in the `ScoreCache`. */
export const withScoreCache = (compute: OfPullRequest): Effect.Effect<Remembering, never, ScoreCache> =>
  Effect.gen(function* () {
    const cache = yield* ScoreCache
    const scorer = yield* scorerHash
    const known = new LRUCache<string, ScoredFiles>({ max: CACHED_SCORES })
    const keyOf = ({ base, head, repository }: PullRequestCommits, rules: FileRules) =>
      [scorer, rulesTextOf(rules).hash, repository.toLowerCase(), base, head].join(" ")
    const recalled = Effect.fn("PullRequestScores.recalled")(function* (keys: ReadonlyArray<string>) {
      const kept = yield* cache.find(keys.filter((key) => !known.has(key)))
      for (const [key, text] of kept) Option.map(decodeScored(text), (scored) => known.set(key, scored))
    })
    const ofPullRequest = Effect.fn("PullRequestScores.ofPullRequest")(function* (commits: PullRequestCommits, rules: FileRules) {
      yield* Effect.annotateCurrentSpan("pullRequest", `${commits.repository}#${commits.number}`)
      const key = keyOf(commits, rules)
      if (!known.has(key)) yield* recalled([key])
      const before = known.get(key)
      if (before !== undefined) return before
      const scored = yield* compute(commits, rules)
      if (isFinal(scored)) {
        known.set(key, scored)
        yield* cache.keep(new Map([[key, encodeScored(scored)]]))
      }
      return scored
    })
    const unknownOf = (all: ReadonlyArray<PullRequestCommits>, rules: FileRules) =>
      Effect.map(recalled(all.map((one) => keyOf(one, rules))), () => all.filter((one) => !known.has(keyOf(one, rules))))
    return { ofPullRequest, unknownOf }
  })

const make = Effect.gen(function* () {
  const [contributions, scorer] = yield* Effect.all([Contributions, FileScorer])
  const { ofPullRequest, unknownOf } = yield* withScoreCache((commits, rules) =>
    Effect.gen(function* () {
      const isLoaded = needsTexts(rules)
      const { files, isTooLarge } = yield* contributions.filesOf(commits, isLoaded)
      if (isTooLarge) return { files: files.map(tooLargeScore), exceeded: false }
      const parentOf = rules.work === true ? yield* contributions.parentsOf(commits) : undefined
      const asked = files.map(asScored(isLoaded))
      return yield* scorer.scoreFiles(
        parentOf === undefined ? asked : asked.map((file) => ({ ...file, parent: parentOf(file.path) })),
        rules
      )
    })
  )
  return PullRequestScores.of({
    ofPullRequest,
    readAhead: (all, rules) =>
      Effect.flatMap(unknownOf(all, rules), (unknown) =>
        contributions.readAhead(unknown, { isWanted: needsTexts(rules), extensions: extensionsOf(rules), parents: rules.work === true })
      ),
    atOnce: SCORED_AT_ONCE
  })
})

export const layerCached: Layer.Layer<PullRequestScores, never, Contributions | FileScorer | ScoreCache> = Layer.effect(
  PullRequestScores,
  make
)

/** Without a cache of scores, for a process that asks once. */
export const layer: Layer.Layer<PullRequestScores, never, Contributions | FileScorer> = Layer.provide(layerCached, layerNone)

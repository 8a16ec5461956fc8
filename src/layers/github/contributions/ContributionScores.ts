/**
 * What the files of a pull request come to: asked of GitHub, and scored. Commits do not change, so a pull request's ends are asked and scored once for
 * one set of figures; a pair of texts is once for all pull requests.
 */
import { Context, Effect, Layer, Ref } from "effect"
import type { ChangedFile } from "../../../domain/contributions/ChangedFile.ts"
import type { FileRules } from "../../../domain/contributions/FileRules.ts"
import { chooseMethod, exceeded } from "../../../scoring/oss_contributions/files/scoreFile.ts"
import { FileScorer, type PullRequestFiles } from "../../parser/FileScorer.ts"
import { grammars } from "../../parser/grammars.ts"
import type { ParsingUnavailable } from "../../parser/TreeDifferences.ts"
import { type ContributionFile, Contributions, type Ends, type GitHubUnavailable } from "./Contributions.ts"

export type { PullRequestFiles } from "../../parser/FileScorer.ts"
export { ParsingUnavailable } from "../../parser/TreeDifferences.ts"

export class ContributionScores extends Context.Tag("gittensor/ContributionScores")<
  ContributionScores,
  {
    /** The files' scores in GitHub's order. `rules`: the same value for as long as the roster does not change. */
    readonly ofPullRequest: (ends: Ends, rules: FileRules) => Effect.Effect<PullRequestFiles, GitHubUnavailable | ParsingUnavailable>
  }
>() {}

/** Pull requests whose scores are remembered. */
const REMEMBERED = 20_000

const hasGrammar = (language: string): boolean => Object.hasOwn(grammars, language)

const withTexts = (file: ChangedFile): ChangedFile => ({ ...file, isBinary: false, base: file.base ?? "", head: file.head ?? "" })

/** Whether its texts decide anything. */
const isReadFor =
  (rules: FileRules) =>
  (file: ChangedFile): boolean => {
    const choice = chooseMethod(withTexts(file), rules, hasGrammar)
    return choice._tag === "NeedsTrees" || choice.score.method === "tree-diff"
  }

/** A file whose texts decide nothing was not read, and is scored as a text. GitHub counts no lines of a binary one. */
const asScored =
  (isRead: (file: ChangedFile) => boolean) =>
  (file: ContributionFile): ChangedFile =>
    isRead(file) || file.changes === 0 ? file : withTexts(file)

export const make = Effect.gen(function* () {
  const contributions = yield* Contributions
  const scorer = yield* FileScorer
  const known = yield* Ref.make<ReadonlyMap<string, PullRequestFiles>>(new Map())
  const numbers = new WeakMap<FileRules, number>()
  let last = 0
  const numberOf = (rules: FileRules): number => {
    const number = numbers.get(rules) ?? ++last
    numbers.set(rules, number)
    return number
  }

  const ofPullRequest = Effect.fn("ContributionScores.ofPullRequest")(function* (ends: Ends, rules: FileRules) {
    yield* Effect.annotateCurrentSpan("pullRequest", `${ends.repository}#${ends.number}`)
    const key = `${numberOf(rules)} ${ends.repository.toLowerCase()} ${ends.base} ${ends.head}`
    const before = (yield* Ref.get(known)).get(key)
    if (before !== undefined) return before
    const isRead = isReadFor(rules)
    const { files, isTooLarge } = yield* contributions.filesOf(ends, isRead)
    const scored = isTooLarge
      ? { files: files.map(exceeded), exceeded: true }
      : yield* scorer.scoreFiles(files.map(asScored(isRead)), rules)
    // What took too long may be faster another time; what is too large will always be.
    if (!scored.exceeded || isTooLarge)
      yield* Ref.update(known, (all) => {
        const next = new Map(all).set(key, scored)
        const [oldest] = next.keys()
        if (next.size > REMEMBERED && oldest !== undefined) next.delete(oldest)
        return next
      })
    return scored
  })

  return ContributionScores.of({ ofPullRequest })
})

export const layer: Layer.Layer<ContributionScores, never, Contributions | FileScorer> = Layer.effect(ContributionScores, make)

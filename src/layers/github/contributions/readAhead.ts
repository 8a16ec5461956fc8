/** Prefetches from git what pull requests changed, and caches it beside GitHub's answers. GitHub is asked later for what git does not show. */
import { Array as Arrays, Effect, Option, Schema } from "effect"
import type { ChangedFile } from "../../../domain/contributions/ChangedFile.ts"
import type * as answers from "../../../domain/github/ContributionAnswers.ts"
import { RepositoryName } from "../../../domain/IssueRef.ts"
import { changedFile, MAX_ALL_BYTES, MAX_BYTES, sidesOf } from "../../../rules/contributions/fromGitHub/comparedFiles.ts"
import type { GitHistory, RecordedRepository } from "../../git/history/GitHistory.ts"
import { type ComparedFile, MOST_TEXTS, type RecordedComparison } from "../../git/history/historyTask.ts"
import type { CommitCache } from "./CommitCache.ts"
import { keepComparison, keepContents, notKept, type PullRequestCommits } from "./files.ts"
import { askParents, withoutParents } from "./parents.ts"
import type { ContributionRequests } from "./requests.ts"

type Record = GitHistory["Type"]

/** The files whose texts are wanted. `extensions`: those of most of these files; git returns their texts along with the comparisons. */
export interface WantedFiles {
  readonly isWanted: (file: ChangedFile) => boolean
  /** In lower case. */
  readonly extensions: ReadonlyArray<string>
  /** Whether it is asked what the trees before say of changed files. */
  readonly parents?: boolean
}

/** Pull requests in one question to git. */
const AT_ONCE = 200
/** Repositories that are read at the same time, over all callers: each holds an answer of git in memory. */
const REPOSITORIES_AT_ONCE = 2

const entryOf = ({ path, previousPath, status, additions, deletions, object }: ComparedFile): answers.DiffEntry => ({
  sha: object,
  filename: path,
  ...(previousPath === null ? {} : { previous_filename: previousPath }),
  status,
  additions,
  deletions,
  changes: additions + deletions
})

/** A git object and its expression `commit:path`. */
interface WantedObject {
  readonly expression: string
  readonly object: string
}

/** The texts to read of a pull request: none, where it exceeds the limits of a comparison. */
const wantedPulls = (
  { files, mergeBase }: RecordedComparison,
  head: string,
  wanted: (file: ChangedFile) => boolean
): ReadonlyArray<WantedObject> => {
  const texts = files.flatMap((file) => {
    const entry = entryOf(file)
    if (!wanted(changedFile(entry))) return []
    const places = sidesOf(entry, mergeBase, head)
    const sides = [
      { expression: places.base, blob: file.before },
      { expression: places.head, blob: file.after }
    ]
    return sides.flatMap(({ expression, blob }) =>
      expression === null || blob === null || blob.bytes > MAX_BYTES ? [] : [{ expression, ...blob }]
    )
  })
  return texts.reduce((sum, { bytes }) => sum + bytes, 0) > MAX_ALL_BYTES ? [] : texts
}

/**
 * Caches the texts that came along with the comparisons, by object. Reads the others, as many at once as fit into one answer of git; never holds
 * more.
 */
const readTexts = (
  record: Record,
  repository: RecordedRepository,
  name: RepositoryName,
  all: ReadonlyArray<WantedObject>,
  along: ReadonlyMap<string, string | null>
) =>
  Effect.gen(function* () {
    const places = new Map<string, Array<string>>()
    for (const { expression, object } of all) places.set(object, [...(places.get(object) ?? []), expression])
    const keep = (texts: Iterable<readonly [object: string, text: string | null | undefined]>) =>
      keepContents(
        name,
        [...texts].flatMap(([object, text]) => {
          if (text === null || text === undefined) return []
          return (places.get(object) ?? []).map((expression) => [expression, { blob: object, isBinary: false, text }] as const)
        })
      )
    yield* keep(along)
    let left: ReadonlyArray<string> = [...places.keys()].filter((object) => !along.has(object))
    while (left.length > 0) {
      const asked = left.slice(0, MOST_TEXTS)
      const { texts } = yield* record.ask(repository, { texts: asked })
      yield* keep(asked.map((object, index) => [object, texts[index]?.text]))
      const unread = asked.filter((_, index) => texts[index] === null)
      if (unread.length === asked.length) return
      left = [...unread, ...left.slice(MOST_TEXTS)]
    }
  })

const some = (
  record: Record,
  repository: RecordedRepository,
  name: RepositoryName,
  all: ReadonlyArray<PullRequestCommits>,
  { extensions, isWanted }: WantedFiles
) =>
  Effect.gen(function* () {
    const { comparedTexts, comparisons } = yield* record.ask(repository, {
      comparisons: all.map(({ base, head }) => ({ base, head })),
      textsOf: extensions
    })
    const found = all.flatMap((commits, index) => {
      const comparison = comparisons[index]
      return comparison === undefined || comparison === null ? [] : [{ commits, comparison }]
    })
    yield* readTexts(
      record,
      repository,
      name,
      found.flatMap(({ commits, comparison }) => wantedPulls(comparison, commits.head, isWanted)),
      new Map(comparedTexts.map(({ object, text }) => [object, text]))
    )
    for (const { commits, comparison } of found)
      yield* keepComparison(name, commits, { mergeBase: comparison.mergeBase, entries: comparison.files.map(entryOf) })
  })

/** A caller's question about a repository's pull requests. */
interface AskedPullRequests {
  readonly all: ReadonlyArray<PullRequestCommits>
  readonly wanted: WantedFiles
}

const isCommit = Schema.is(Schema.String.pipe(Schema.pattern(/^[0-9a-f]{40}$/)))

const ofRepository = (
  gitHub: ContributionRequests,
  record: Record,
  repository: string,
  { all, wanted }: AskedPullRequests,
  largest: number
) =>
  Effect.gen(function* () {
    const name = yield* Schema.decodeUnknown(RepositoryName)(repository)
    const commits = all.filter(({ base, head }) => isCommit(base) && isCommit(head))
    const missing = yield* notKept(name, commits)
    const parentless = wanted.parents === true ? yield* withoutParents(name, commits) : []
    if (missing.length + parentless.length === 0) return
    const found = Option.getOrUndefined(yield* gitHub.repository(name))
    if (found === undefined || found.private || found.clone_url === undefined) return
    const { clone_url: url, id, size = 0 } = found
    if (size > largest) return
    yield* Effect.forEach(Arrays.chunksOf(missing, AT_ONCE), (part) => some(record, { id, url }, name, part, wanted), { discard: true })
    yield* Effect.forEach(Arrays.chunksOf(parentless, AT_ONCE), (part) => askParents(record, { id, url }, name, part), { discard: true })
  }).pipe(Effect.catchAll(({ message }) => Effect.logDebug(`git is not asked about pull requests of ${repository}: ${message}`)))

/** Joins several callers' questions. */
const joinQuestions = (all: ReadonlyArray<AskedPullRequests>): AskedPullRequests => ({
  all: all.flatMap((one) => one.all),
  wanted: {
    isWanted: (file) => all.some(({ wanted }) => wanted.isWanted(file)),
    extensions: [...new Set(all.flatMap(({ wanted }) => wanted.extensions))],
    parents: all.some(({ wanted }) => wanted.parents === true)
  }
})

export type ReadAhead = (all: ReadonlyArray<PullRequestCommits>, wanted: WantedFiles) => Effect.Effect<void, never, CommitCache>

/**
 * Reads each repository for one caller at a time. Questions that arrive meanwhile wait, and the next reading answers them all. `largest`: in
 * kilobytes by GitHub's count; larger repositories are skipped.
 */
export const makeReadAhead = (gitHub: ContributionRequests, record: Record, largest = Number.POSITIVE_INFINITY): Effect.Effect<ReadAhead> =>
  Effect.sync(() => {
    const places = Effect.unsafeMakeSemaphore(REPOSITORIES_AT_ONCE)
    const turns = new Map<string, { readonly alone: Effect.Semaphore; readonly waiting: Set<AskedPullRequests> }>()
    const inTurn = (repository: string, asked: AskedPullRequests) => {
      const turn = turns.get(repository) ?? { alone: Effect.unsafeMakeSemaphore(1), waiting: new Set() }
      turns.set(repository, turn)
      turn.waiting.add(asked)
      return Effect.suspend(() => {
        // Another caller's reading has answered this question.
        if (!turn.waiting.has(asked)) return Effect.void
        const all = joinQuestions([...turn.waiting])
        turn.waiting.clear()
        return ofRepository(gitHub, record, repository, all, largest)
      }).pipe(
        places.withPermits(1),
        turn.alone.withPermits(1),
        Effect.onInterrupt(() => Effect.sync(() => turn.waiting.delete(asked)))
      )
    }
    return (all, wanted) =>
      Effect.forEach(
        record.keepsClones ? Object.entries(Arrays.groupBy(all, ({ repository }) => repository)) : [],
        ([repository, own]) => inTurn(repository, { all: own, wanted }),
        { concurrency: "unbounded", discard: true }
      )
  })

/** Asks git for what pull requests changed, and keeps it where GitHub's answers are kept. What git does not tell, GitHub is asked for later. */
import { Array as Arrays, Effect, Option, Schema } from "effect"
import type { ChangedFile } from "../../../domain/contributions/ChangedFile.ts"
import type * as answers from "../../../domain/github/ContributionAnswers.ts"
import { RepositoryName } from "../../../domain/IssueRef.ts"
import { changedFile, MAX_ALL_BYTES, MAX_BYTES, sidesOf } from "../../../scoring/oss_contributions/rules/fromGitHub/comparedFiles.ts"
import type { GitRecord, RecordedRepository } from "../../git/record/GitRecord.ts"
import { type ComparedFile, MOST_TEXTS, type RecordedComparison } from "../../git/record/recordTask.ts"
import type { CommitCache } from "./CommitCache.ts"
import { keepComparison, keepContents, notKept, type PullRequestCommits } from "./files.ts"
import { askParents, withoutParents } from "./parents.ts"
import type { ContributionRequests } from "./requests.ts"

type Record = GitRecord["Type"]

/** The files whose texts are wanted, and which extensions most of them have: the texts of these come along with what git says of the files. */
export interface WantedFiles {
  readonly isWanted: (file: ChangedFile) => boolean
  /** In lower case. */
  readonly extensions: ReadonlyArray<string>
  /** Whether it is asked what the trees before say of changed files. */
  readonly parents?: boolean
}

/** Pull requests about which git is asked at once. */
const AT_ONCE = 200
/** Repositories that are read at the same time, whoever asks: each holds an answer of git. */
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

/** An object at a place. */
interface Wanted {
  readonly expression: string
  readonly object: string
}

/** What has to be read of a pull request: nothing, where it is more than is compared. */
const wantedOf = (
  { files, mergeBase }: RecordedComparison,
  head: string,
  wanted: (file: ChangedFile) => boolean
): ReadonlyArray<Wanted> => {
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
 * Keeps the texts that came along with the comparisons, by object, and reads the others: as much at once as fits into an answer of git's record. Never holds more.
 */
const readTexts = (
  record: Record,
  repository: RecordedRepository,
  name: RepositoryName,
  all: ReadonlyArray<Wanted>,
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
      found.flatMap(({ commits, comparison }) => wantedOf(comparison, commits.head, isWanted)),
      new Map(comparedTexts.map(({ object, text }) => [object, text]))
    )
    for (const { commits, comparison } of found)
      yield* keepComparison(name, commits, { mergeBase: comparison.mergeBase, entries: comparison.files.map(entryOf) })
  })

/** What is asked about a repository's pull requests. */
interface Asked {
  readonly all: ReadonlyArray<PullRequestCommits>
  readonly wanted: WantedFiles
}

const isCommit = Schema.is(Schema.String.pipe(Schema.pattern(/^[0-9a-f]{40}$/)))

const ofRepository = (gitHub: ContributionRequests, record: Record, repository: string, { all, wanted }: Asked, largest: number) =>
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

/** What several ask for, as one. */
const together = (all: ReadonlyArray<Asked>): Asked => ({
  all: all.flatMap((one) => one.all),
  wanted: {
    isWanted: (file) => all.some(({ wanted }) => wanted.isWanted(file)),
    extensions: [...new Set(all.flatMap(({ wanted }) => wanted.extensions))],
    parents: all.some(({ wanted }) => wanted.parents === true)
  }
})

export type ReadAhead = (all: ReadonlyArray<PullRequestCommits>, wanted: WantedFiles) => Effect.Effect<void, never, CommitCache>

/**
 * One visit at a time to each repository: what is asked about it meanwhile waits, and goes along with the next one. `largest`: kilobytes by GitHub's own count; larger
 * repositories are not visited.
 */
export const makeReadAhead = (gitHub: ContributionRequests, record: Record, largest = Number.POSITIVE_INFINITY): Effect.Effect<ReadAhead> =>
  Effect.sync(() => {
    const places = Effect.unsafeMakeSemaphore(REPOSITORIES_AT_ONCE)
    const turns = new Map<string, { readonly alone: Effect.Semaphore; readonly waiting: Set<Asked> }>()
    const inTurn = (repository: string, asked: Asked) => {
      const turn = turns.get(repository) ?? { alone: Effect.unsafeMakeSemaphore(1), waiting: new Set() }
      turns.set(repository, turn)
      turn.waiting.add(asked)
      return Effect.suspend(() => {
        // Somebody else's visit was also this one's.
        if (!turn.waiting.has(asked)) return Effect.void
        const all = together([...turn.waiting])
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

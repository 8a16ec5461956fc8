/** Answers questions about a server's repository from a bare clone without blobs. Fetches blobs only where a question needs them. */
import { Schema } from "effect"
import { WorkStanding } from "../../../domain/WorkStanding.ts"
import { Doubles, makeTask, Numbers } from "../../machine/confined/Task.ts"
import { GitServerUnavailable } from "../fetchTask.ts"
import { GitUnusable } from "../GitUnusable.ts"

const MEBIBYTE = 1_048_576

/**
 * A clone's most bytes and files on disk, and the most bytes of one fetch. Without blobs the history of Effect (10,563 commits) takes 17 MB instead
 * of 123, that of Flask (5,531 commits) 4 MB instead of 13. A repository beyond this is refused.
 */
export const RECORD_LIMITS = { bytes: 2_048 * MEBIBYTE, files: 2_000, network: 2_048 * MEBIBYTE } as const

/** A clone with more packs is made anew: each fetch that brings objects adds one. */
export const MOST_PACKS = 300

/** Questions of one kind at once. */
export const MOST_QUESTIONS = 500
/** Extensions of names of files. */
const MOST_EXTENSIONS = 2_000
/** The most texts in one question. */
export const MOST_TEXTS = 2_000
/** The most commits in one answer, which says whether there are more. */
export const MOST_COMMITS = 10_000
/** The most characters of a message. A longer one is truncated. */
export const MOST_MESSAGE = 65_536

/** The latest time that a `Date` can hold, in milliseconds since 1970. A commit may claim any. */
export const LAST_MOMENT = 8_640_000_000_000_000

/** A commit's hash in hexadecimal. */
const Hash = Schema.String.pipe(Schema.pattern(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/))
/** A time that a `Date` can hold. */
const Milliseconds = Schema.Number.pipe(Schema.between(0, LAST_MOMENT))
const Number = Schema.Int.pipe(Schema.positive())
const listOfAtMost = <A, I>(item: Schema.Schema<A, I>, most = MOST_QUESTIONS) =>
  Schema.optionalWith(Schema.Array(item).pipe(Schema.maxItems(most)), { default: () => [] })

/**
 * What a landing adds to files (`rules/contributions/had.ts`), which may have been had before. `base`: in its own repository, in the tree of its first parent and in the versions
 * that were replaced before. `until`: in another one, in the tree of the default branch at a moment. One of both is given.
 */
const AskedPlaces = Schema.Struct({
  base: Schema.optional(Hash),
  until: Schema.optional(Milliseconds),
  /** When its pull request was opened. What others landed since does not count as had. */
  opened: Milliseconds,
  /** Commits of the line that by GitHub's record its author brought, and that landed by then, whatever their clocks say. */
  own: listOfAtMost(Hash),
  landed: listOfAtMost(Hash),
  files: Schema.Array(Schema.Struct({ runs: Doubles, lines: Numbers }))
})
export interface AskedPlaces extends Schema.Schema.Type<typeof AskedPlaces> {}

const AddedText = Schema.Struct({
  path: Schema.String,
  words: Numbers,
  runs: Doubles,
  places: Numbers,
  lines: Numbers
})

/** The runs of a file that were had, and those that another account brought meanwhile, as places in the list that was asked about; whether a place has the whole file, and the path of the
 * one that has most of it. */
const FoundFile = Schema.Struct({
  had: Numbers,
  shared: Numbers,
  whole: Schema.NullOr(Schema.Literal("had", "shared")),
  where: Schema.NullOr(Schema.String)
})
export interface FoundFile extends Schema.Schema.Type<typeof FoundFile> {}

/** Of what a change adds to a file: which part of it was had, in parts per million, where most of that is, and how many of its words could be compared. */
export const RecordedHad = Schema.Struct({
  path: Schema.String,
  share: Schema.Int,
  compared: Schema.Int,
  where: Schema.NullOr(Schema.String)
})
export interface RecordedHad extends Schema.Schema.Type<typeof RecordedHad> {}

/** Work that was merged. */
export const AskedStanding = Schema.Struct({
  /** The pull request's last commit. */
  commit: Hash,
  /** The commit before it. Default: derived from `own`. */
  since: Schema.optional(Hash),
  /** The messages of the pull request's own commits, oldest first; null or missing: they are not known. */
  own: Schema.optional(Schema.NullOr(Schema.Array(Schema.String))),
  /** The pull request's head. If given, what landed has to hold most of the pull request's own change. */
  head: Schema.optional(Hash),
  /** The commit to check it at. Default: the default branch's newest one. */
  now: Schema.optional(Hash)
})
export interface AskedStanding extends Schema.Schema.Type<typeof AskedStanding> {}

export const RecordQuestion = Schema.Struct({
  /** The pull requests whose heads are fetched together with the default branch. */
  pullRequests: listOfAtMost(Number),
  /** The commits to look up: whether and when the default branch got them. */
  arrivals: listOfAtMost(Hash),
  /** Lists the default branch's commits that are not in this one's history. */
  since: listOfAtMost(Hash),
  /** The merges to check for whether they stand. */
  standings: listOfAtMost(AskedStanding),
  /** Whether the default branch has a commit with a committer date between two times, both included. */
  between: listOfAtMost(Schema.Struct({ since: Milliseconds, until: Milliseconds })),
  /** The commits to diff against their first parents, or against an older commit. */
  changes: listOfAtMost(Schema.Struct({ commit: Hash, since: Schema.optional(Hash) })),
  /** The comparisons to make: GitHub's `base...head`. */
  comparisons: listOfAtMost(Schema.Struct({ base: Hash, head: Hash })),
  /** The extensions, in lower case, of compared files whose texts are wanted along with the comparisons. */
  textsOf: listOfAtMost(Schema.String, MOST_EXTENSIONS),
  /** For each pair of commits: facts about the changed files in the first commit's tree. */
  parents: listOfAtMost(Schema.Struct({ base: Hash, head: Hash })),
  /** Objects with contents whose texts are wanted. */
  texts: listOfAtMost(Hash, MOST_TEXTS),
  /** What the second commit adds to files. */
  added: listOfAtMost(Schema.Struct({ base: Hash, head: Hash })),
  /** What of these files was had before. */
  places: listOfAtMost(AskedPlaces),
  /** The extensions of files in which runs are looked for, in lower case. */
  sources: listOfAtMost(Schema.String, MOST_EXTENSIONS)
})
export interface RecordQuestion extends Schema.Schema.Type<typeof RecordQuestion> {}

export const RecordedCommit = Schema.Struct({
  commit: Hash,
  parents: Schema.Array(Hash),
  /** The author's email in the commit. An account may claim the address, even later. */
  email: Schema.String,
  /** The author date. */
  authoredAt: Milliseconds,
  /** The committer date: by GitHub's clock, where GitHub made the commit. */
  committedAt: Milliseconds,
  /** The first `MOST_MESSAGE` characters. */
  message: Schema.String
})
export interface RecordedCommit extends Schema.Schema.Type<typeof RecordedCommit> {}

export const Arrival = Schema.Struct({
  commit: Hash,
  /** Whether the server has shown the commit, on the default branch or in one of the pull requests. */
  isKnown: Schema.Boolean,
  /** The commit by which the default branch's first-parent line got it: itself, or the merge commit. null: it is not on that branch. */
  by: Schema.NullOr(RecordedCommit)
})
export interface Arrival extends Schema.Schema.Type<typeof Arrival> {}

/** The commits of an answer; null: the server has not shown the commit asked for. */
const CommitList = Schema.NullOr(
  Schema.Struct({
    /** Newest first, each before its parents. */
    commits: Schema.Array(RecordedCommit),
    /** Whether these are all. */
    isAll: Schema.Boolean
  })
)

export const RecordedFile = Schema.Struct({
  /** The file's path before and after the change; null where it was added or removed. Renames are detected by content. */
  before: Schema.NullOr(Schema.String),
  after: Schema.NullOr(Schema.String),
  /** The lines of its patch, each with its sign (" ", "-" or "+"), and the headers of its hunks. null: it is not text. */
  lines: Schema.NullOr(Schema.Array(Schema.String))
})
export interface RecordedFile extends Schema.Schema.Type<typeof RecordedFile> {}

export const RecordedChange = Schema.Struct({
  /** The output of `git patch-id --stable`: equal for equal diffs, whatever their line numbers and white space. null: no text changed. */
  patchId: Schema.NullOr(Schema.String),
  files: Schema.Array(RecordedFile)
})
export interface RecordedChange extends Schema.Schema.Type<typeof RecordedChange> {}

const ComparedBlob = Schema.NullOr(Schema.Struct({ object: Hash, bytes: Schema.Int }))

/** A changed file as GitHub's list names it. */
export const ComparedFile = Schema.Struct({
  path: Schema.String,
  previousPath: Schema.NullOr(Schema.String),
  status: Schema.Literal("added", "removed", "modified", "renamed"),
  /** Lines; 0 for a file that git takes for binary. */
  additions: Schema.Int,
  deletions: Schema.Int,
  /** The object at the head, or, for a removed file, at the base; a submodule's commit. */
  object: Hash,
  /** The blobs on both sides; null: it is missing there, or is a submodule. */
  before: ComparedBlob,
  after: ComparedBlob
})
export interface ComparedFile extends Schema.Schema.Type<typeof ComparedFile> {}

export const RecordedComparison = Schema.Struct({ mergeBase: Hash, files: Schema.Array(ComparedFile) })
export interface RecordedComparison extends Schema.Schema.Type<typeof RecordedComparison> {}

/** Paths of changed files of which the tree before says something. */
export const RecordedParent = Schema.Struct({
  /** Its attributes say that they are generated or vendored. */
  foreign: Schema.Array(Schema.String),
  /** Its attributes say that they are neither. */
  own: Schema.Array(Schema.String),
  /** They say that these are not generated, and did 90 days before. */
  handwritten: Schema.Array(Schema.String),
  /** New files that name a licence or a copyright holder which no file there names. */
  licences: Schema.Array(Schema.Struct({ path: Schema.String, name: Schema.String }))
})
export interface RecordedParent extends Schema.Schema.Type<typeof RecordedParent> {}

/** The text of an object; null: it is none that GitHub is sure to show as it is. */
const RecordedText = Schema.Struct({ text: Schema.NullOr(Schema.String) })

export const RecordAnswer = Schema.Struct({
  /** The default branch by its name, and its newest commit. */
  branch: Schema.String,
  head: Hash,
  /** The heads of `pullRequests`; null where the server shows none. */
  heads: Schema.Array(Schema.NullOr(Hash)),
  arrivals: Schema.Array(Arrival),
  since: Schema.Array(CommitList),
  /** null: the server does not show the merge. */
  standings: Schema.Array(Schema.NullOr(WorkStanding)),
  between: Schema.Array(Schema.Boolean),
  /** null: the server has not shown a commit, or the diff is too large. */
  changes: Schema.Array(Schema.NullOr(RecordedChange)),
  /** null: git cannot tell for sure what GitHub would list. */
  comparisons: Schema.Array(Schema.NullOr(RecordedComparison)),
  /** null: the server has not shown a commit, or it is too much. */
  parents: Schema.Array(Schema.NullOr(RecordedParent)),
  /** Texts of compared files, by object. A text that is missing here is too large, or did not fit into this answer. */
  comparedTexts: Schema.Array(Schema.Struct({ object: Hash, ...RecordedText.fields })),
  /** null: it did not fit into this answer any more. */
  texts: Schema.Array(Schema.NullOr(RecordedText)),
  /** To which sources, without those that get no words. null: the server does not show a commit, or it is too much. */
  added: Schema.Array(Schema.NullOr(Schema.Array(AddedText))),
  /** File by file, in the order in which they were asked for, and which commits brought what came meanwhile. null: the server does not show the commit, or there are too many files. */
  places: Schema.Array(Schema.NullOr(Schema.Struct({ files: Schema.Array(FoundFile), meanwhile: Schema.Array(Hash) })))
})
export interface RecordAnswer extends Schema.Schema.Type<typeof RecordAnswer> {}

/** The time limit: the first clone of a large repository takes minutes. */
const SECONDS = 900

/** The place `clone` is empty, or has this task's earlier clone. Each list of the answer has the length and order of the question's. */
export const recordTask = makeTask({
  name: "git-record",
  question: Schema.Struct({ url: Schema.String.pipe(Schema.pattern(/^https?:\/\//)), ...RecordQuestion.fields }),
  answer: RecordAnswer,
  failure: Schema.Union(GitServerUnavailable, GitUnusable),
  limits: { seconds: SECONDS, fileSize: RECORD_LIMITS.bytes, result: 32 * MEBIBYTE },
  reads: {
    what: "the history of a repository, the changes of its commits, and the texts of changed files and of sources",
    writtenBy: "the server's operator, and the repository's authors",
    test: "test/process/git/hostileHistories.test.ts"
  }
})

/** The gate as a task: a worker reads everything of the pull request's files and of the texts around them. */
import { Schema } from "effect"
import { GateReport } from "../../domain/quality/GateReport.ts"
import { GitUnusable } from "../../layers/git/GitUnusable.ts"
import { makeTask, Numbers } from "../../layers/machine/confined/Task.ts"
import { ParsingUnavailable } from "../../layers/parsing/TreeTallies.ts"

const EarlierHeadText = Schema.Struct({
  name: Schema.String,
  commit: Schema.String,
  account: Schema.String,
  hotkey: Schema.String,
  seen: Schema.Int,
  fingerprints: Numbers,
  isElsewhere: Schema.Boolean
})

const NamedText = Schema.Struct({ name: Schema.String, text: Schema.String })

const commits = { base: Schema.String, head: Schema.String, /** A text of rulesText.ts. */ rules: Schema.String }

/** None of them is a finding about the pull request. */
export const failure = Schema.Union(GitUnusable, ParsingUnavailable)

const MEBIBYTE = 1_048_576
/** The texts of a pull request have at most 64 MiB and its base's sources 32 MiB; a parser is replaced at 600 MB. */
const limits = { seconds: 300, memory: 2_048 * MEBIBYTE, result: 16 * MEBIBYTE }

/** Runs the gate in a sandbox. Its places are the folders of a `Repository`. */
export const gateTask = makeTask({
  name: "gate",
  question: Schema.Struct({
    ...commits,
    /** Title, description, branch name and messages. */
    texts: Schema.Array(NamedText),
    /** Whether to read the commit messages from git as well. */
    readsMessages: Schema.Boolean,
    earlier: Schema.Array(EarlierHeadText),
    /** Names of earlier heads whose fingerprints are not known. */
    unknown: Schema.Array(Schema.String),
    author: Schema.Struct({ account: Schema.String, hotkey: Schema.String })
  }),
  answer: Schema.Struct({
    report: GateReport,
    /** Minus those of the base; empty for a head that is too large. */
    fingerprints: Numbers
  }),
  failure,
  limits,
  reads: {
    what: "a pull request's changed files, and the texts about it, for the gate",
    writtenBy: "the repository's authors",
    test: "test/process/quality/hostileRepositories.test.ts"
  }
})

/** Task: the fingerprints of a head, minus those of its base. */
export const fingerprintsTask = makeTask({
  name: "fingerprints",
  question: Schema.Struct(commits),
  answer: Numbers,
  failure,
  limits,
  reads: {
    what: "a pull request's changed files, for near-duplicates",
    writtenBy: "the repository's authors",
    test: "test/process/quality/hostileRepositories.test.ts"
  }
})

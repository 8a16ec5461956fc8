/** The gate as a task: everything that is read of a pull request's files, and of the words around them, is read by a worker. */
import { Schema } from "effect"
import { GateReport } from "../../domain/quality/GateReport.ts"
import { GitUnusable } from "../../layers/git/GitUnusable.ts"
import { makeTask, Numbers } from "../../layers/machine/confined/Task.ts"

const EarlierHeadText = Schema.Struct({
  name: Schema.String,
  commit: Schema.String,
  account: Schema.String,
  hotkey: Schema.String,
  seen: Schema.Int,
  fingerprints: Numbers
})

const GateTextText = Schema.Struct({ name: Schema.String, text: Schema.String })

/** No file could be parsed, because no parsing process could be started. It says nothing about the pull request. */
export class NothingParsed extends Schema.TaggedError<NothingParsed>()("NothingParsed", { reason: Schema.String }) {
  override get message() {
    return this.reason
  }
}

const commits = { base: Schema.String, head: Schema.String, /** A text of rulesText.ts. */ rules: Schema.String }

const failure = Schema.Union(GitUnusable, NothingParsed)

const MEBIBYTE = 1_048_576
/** The texts of a pull request have 64 MiB at most, its base's sources 32; the parser takes 600 MB before it is replaced. */
const limits = { seconds: 300, memory: 2_048 * MEBIBYTE, result: 16 * MEBIBYTE }

/** The places are those of a `Repository`. */
export const gateTask = makeTask({
  name: "gate",
  question: Schema.Struct({
    ...commits,
    /** Title, description, branch name, messages. */
    texts: Schema.Array(GateTextText),
    /** Whether the messages of the commits are read from git as well. */
    readsMessages: Schema.Boolean,
    earlier: Schema.Array(EarlierHeadText),
    author: Schema.Struct({ account: Schema.String, hotkey: Schema.String })
  }),
  answer: Schema.Struct({
    report: GateReport,
    /** Without those of the base; none for a head that is too large. */
    fingerprints: Numbers
  }),
  failure,
  limits,
  reads: {
    what: "a pull request's changed files, and the texts about it, for the gate",
    writtenBy: "the pull request's author, and whoever else has written to the repository",
    test: "test/process/quality/hostileRepositories.test.ts"
  }
})

/** The fingerprints of a head without those of its base. */
export const fingerprintsTask = makeTask({
  name: "fingerprints",
  question: Schema.Struct(commits),
  answer: Numbers,
  failure,
  limits,
  reads: {
    what: "a pull request's changed files, for near-duplicates",
    writtenBy: "the pull request's author, and whoever else has written to the repository",
    test: "test/process/quality/hostileRepositories.test.ts"
  }
})

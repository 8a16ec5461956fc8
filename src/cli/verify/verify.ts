/** Verifies a pull request on GitHub, or two commits of a repository on this machine. */
import { existsSync } from "node:fs"
import { Effect, Layer, Option } from "effect"
import { OperationFailed } from "../../domain/failures.ts"
import { parse } from "../../domain/PullRequestRef.ts"
import { rosterRepositoryOf } from "../../domain/Roster.ts"
import * as Roster from "../../layers/chain/roster/Roster.ts"
import { branchTask } from "../../layers/git/branchTask.ts"
import * as Repositories from "../../layers/git/Repositories.ts"
import * as PullRequestHeads from "../../layers/github/PullRequestHeads.ts"
import { Confined } from "../../layers/machine/confined/Confined.ts"
import * as Bubblewrap from "../../layers/machine/sandbox/bubblewrap/bubblewrapSandbox.ts"
import { print } from "../../layers/machine/terminal/output.ts"
import { type VerificationReport, verify } from "../../quality/verify/verify.ts"
import { invalid } from "../shared/options.ts"
import { verificationLines } from "./verificationText.ts"

export interface VerifyOptions {
  readonly pullRequest: Option.Option<string>
  readonly repository: Option.Option<string>
  readonly base: Option.Option<string>
  readonly head: Option.Option<string>
  readonly command: Option.Option<string>
  readonly roster: Option.Option<string>
  readonly runs: number
  readonly seconds: number
  readonly allowBuildScripts: boolean
  readonly json: boolean
}

const localRepository = Effect.fn("local")(function* (path: string, { base, head }: VerifyOptions) {
  if (!existsSync(path)) return yield* Effect.fail(invalid(`--repository ${path}: no such folder`))
  const repository = yield* Effect.flatMap(Repositories.Repositories, ({ openLocal }) => openLocal(path))
  const { ask } = yield* Confined
  const question = { base: Option.getOrNull(base), heads: [Option.getOrElse(head, () => "HEAD")] }
  const [commits = { base: "", head: "" }] = yield* ask(branchTask, question, { places: repository.places })
  return { repository, ...commits, name: undefined, notes: [] }
})

const verifyGitHubText = Effect.fn("ofGitHub")(function* (text: string) {
  const ref = yield* parse(text)
  const pull = yield* Effect.flatMap(PullRequestHeads.PullRequestHeads, (heads) => heads.read(ref)).pipe(
    Effect.provide(PullRequestHeads.layer)
  )
  const repository = yield* Effect.flatMap(Repositories.Repositories, ({ fetch }) => fetch(pull.cloneUrl, [pull.base, pull.head]))
  return {
    repository,
    base: pull.base,
    head: pull.head,
    name: ref.repository,
    notes: pull.state === "open" ? [] : [`${ref} is ${pull.state}`]
  }
})

const VERDICT_REASONS: Readonly<Record<Exclude<VerificationReport["verdict"], "verified">, string>> = {
  broken: "not verified: tests that passed in the base don't pass any more",
  unproven: "not verified: no test fails without the pull request and passes with it",
  unknown: "not verified: no test passes in the base, so nothing can be compared"
}

export const run = (options: VerifyOptions) =>
  Effect.gen(function* () {
    if (Option.isSome(options.pullRequest) === Option.isSome(options.repository))
      return yield* Effect.fail(invalid("name one pull request, as owner/name#42, or --repository and a folder"))
    const subject = Option.isSome(options.repository)
      ? yield* localRepository(options.repository.value, options)
      : yield* verifyGitHubText(Option.getOrElse(options.pullRequest, () => ""))
    const { notes, name, ...compared } = subject
    const { repositories } = yield* Roster.Roster
    const command = Option.getOrElse(options.command, () => rosterRepositoryOf(repositories, name)?.test_command ?? null)
    if (subject.base === subject.head) return yield* Effect.fail(invalid("base and head are the same commit: name another --base"))
    const { report } = yield* verify({
      ...compared,
      command,
      runs: options.runs,
      seconds: options.seconds,
      allowBuildScripts: options.allowBuildScripts
    })
    yield* print(options.json, { ...report, steps: [...notes, ...report.steps] }, verificationLines)
    if (report.verdict !== "verified") return yield* new OperationFailed({ message: VERDICT_REASONS[report.verdict] })
  }).pipe(Effect.scoped, Effect.provide(Layer.mergeAll(Repositories.layer, Bubblewrap.layer, Roster.layer(options.roster))))

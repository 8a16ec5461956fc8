/** Checks the registered issues, and enrols for those that the miner's rules choose. */
import { Clock, Effect, Either, Layer, Option, Schema } from "effect"
import type { Issue } from "../../../contract-client/generated.ts"
import { parseAlpha } from "../../../domain/Amount.ts"
import { MAX_WINDOW } from "../../../domain/Enrolment.ts"
import { InvalidInput } from "../../../domain/failures.ts"
import { IssueRef } from "../../../domain/IssueRef.ts"
import { problemOf } from "../../../domain/jsonProblem.ts"
import type { RepositoryPolicy } from "../../../domain/quality/RepositoryPolicy.ts"
import * as Dendrite from "../../../layers/chain/axon/Dendrite.ts"
import { Contract } from "../../../layers/chain/contract/Contract.ts"
import { Chain } from "../../../layers/chain/node/Chain.ts"
import * as GitHubDisplay from "../../../layers/github/display/GitHubDisplay.ts"
import * as RepositoryTexts from "../../../layers/github/RepositoryTexts.ts"
import { print } from "../../../layers/machine/terminal/output.ts"
import { paceAt } from "../../../roles/miner/calendar.ts"
import { enrol } from "../../../roles/miner/enrol.ts"
import { type Decision, decide, decideForProgram, type WatchRules } from "../../../roles/miner/rules/watchRules.ts"
import { blocksText } from "../../../story/time.ts"
import { type ContractOptions, contractLayer } from "../../shared/chainServices.ts"
import { parseJson, readText } from "../../shared/inputFile.ts"
import { withSigner } from "../../shared/keys.ts"
import type { KeyOptions } from "../../shared/options.ts"
import { policyLines, policyOnGitHub } from "../../shared/policyText.ts"
import { spend } from "../../shared/spend.ts"

export interface WatchOptions extends ContractOptions {
  readonly rules: string
  /** Whether a person writes the pull requests. */
  readonly human: boolean
  readonly key: KeyOptions
  readonly yes: boolean
  readonly dryRun: boolean
  readonly json: boolean
}

const Names = Schema.optionalWith(Schema.Array(Schema.NonEmptyString), { as: "Option" })
const RulesFile = Schema.Struct({
  languages: Names,
  repositories: Names,
  min_bounty: Schema.optionalWith(Schema.String, { default: () => "0" })
}).annotations({ parseOptions: { onExcessProperty: "error" } })

const readRules = Effect.fn("mine.watch.rules")(function* (file: string) {
  const unusable = (reason: string) => new InvalidInput({ message: `the rules ${file} can't be used: ${reason}` })
  const document = yield* Effect.flatMap(readText(file), parseJson).pipe(Effect.mapError(unusable))
  const written = yield* Schema.decodeUnknown(RulesFile)(document).pipe(Effect.mapError((error) => unusable(problemOf(error))))
  const minBounty = yield* Either.mapLeft(parseAlpha(written.min_bounty), ({ message }) => unusable(`min_bounty: ${message}`))
  return {
    languages: Option.getOrNull(written.languages),
    repositories: Option.getOrNull(written.repositories),
    minBounty
  } satisfies WatchRules
})

const decodeRef = Schema.decodeUnknownOption(IssueRef)

/** The languages of issues' repositories. GitHub is asked only if a rule needs them. Without an answer, a language is unknown. */
const languagesOf = (issues: ReadonlyArray<Issue>) =>
  Effect.gen(function* () {
    const display = yield* GitHubDisplay.GitHubDisplay
    const registeredAt = yield* Clock.currentTimeMillis
    const languageOf = ({ number, repository }: Issue) =>
      Option.match(decodeRef({ number, repository }), {
        onNone: () => Effect.succeed(null),
        onSome: (ref) =>
          display.issues([{ ref, registeredAt }]).pipe(
            Effect.map(([seen]) => (seen?._tag === "Shown" ? seen.language : null)),
            Effect.orElseSucceed(() => null)
          )
      })
    return new Map(yield* Effect.forEach(issues, (issue) => Effect.map(languageOf(issue), (language) => [issue.id, language] as const)))
  })

interface Looked {
  readonly issue: Issue
  readonly decision: Decision
  /** The repository's policy for pull requests, if the miner's rules chose the issue; null: not chosen, or unknown. */
  readonly policy: RepositoryPolicy | null
}

const nameOf = ({ id, number, repository }: Issue): string => `issue ${id} (${repository}#${number})`

const linesOf = ({ decision, issue, policy }: Looked): ReadonlyArray<string> => [
  `  ${decision.enrols ? "yes" : "no "}  ${nameOf(issue)}: ${decision.because.join(", ")}`,
  ...(policy === null ? [] : policyLines(policy, 7))
]

const documentOf = ({ decision, issue, policy }: Looked) => ({
  issue: issue.id,
  repository: issue.repository,
  number: issue.number,
  ...decision,
  policy
})

const policiesOf = (repositories: ReadonlyArray<string>) =>
  Effect.map(
    Effect.forEach(new Set(repositories), (name) => Effect.map(policyOnGitHub(name), (policy) => [name, policy] as const)),
    (found) => new Map(found)
  )

export const run = (options: WatchOptions) =>
  Effect.gen(function* () {
    const rules = yield* readRules(options.rules)
    yield* withSigner("hotkey", options, (signer) =>
      Effect.gen(function* () {
        const head = yield* (yield* Chain).finalisedHead
        const issues = yield* (yield* Contract).liveIssues(head)
        const languages = rules.languages === null ? new Map<number, string | null>() : yield* languagesOf(issues)
        const decided = issues.map((issue) => {
          const { bounty, id, repository, status } = issue
          return { issue, decision: decide(rules, { bounty, repository, status: status._tag, language: languages.get(id) ?? null }) }
        })
        const policies = yield* policiesOf(decided.flatMap(({ decision, issue }) => (decision.enrols ? [issue.repository] : [])))
        const looked = decided.map(({ decision, issue }): Looked => {
          const policy = policies.get(issue.repository) ?? null
          return { issue, policy, decision: options.human ? decision : decideForProgram(decision, policy) }
        })
        const chosen = looked.filter(({ decision }) => decision.enrols)
        const facts = { hotkey: signer.address, issues: looked.map(documentOf) }
        const list = looked.length === 0 ? ["no issues yet"] : looked.flatMap(linesOf)
        if (chosen.length === 0)
          return yield* print(options.json, { ...facts, enrolled: [], sent: false }, () => [...list, "nothing to enrol for"])
        const what = `enrol for ${chosen.map(({ issue }) => nameOf(issue)).join(", ")}`
        const lasts = blocksText(MAX_WINDOW, yield* paceAt(head))
        yield* spend(options, {
          planned: facts,
          plannedLines: [...list, `would ${what}`, "nothing was sent"],
          question: `${what.slice(0, 1).toUpperCase()}${what.slice(1)}, for ${lasts}? It costs nothing now; a match may lock collateral.`,
          send: Effect.gen(function* () {
            const enrolled = yield* Effect.forEach(chosen, ({ issue }) =>
              Effect.map(Effect.either(enrol(signer, issue.id, "enrol")), (outcome) =>
                Either.match(outcome, {
                  onLeft: ({ message }) => ({ issue: issue.id, validUntil: null, why: message }),
                  onRight: ({ validUntil }) => ({ issue: issue.id, validUntil, why: null })
                })
              )
            )
            return { ...facts, enrolled }
          }),
          doneLines: ({ enrolled }) => [
            ...list,
            ...enrolled.map(({ issue, validUntil, why }) =>
              why === null ? `enrolled for issue ${issue} until block ${validUntil}` : `not enrolled for issue ${issue}: ${why}`
            )
          ]
        })
      }).pipe(Effect.provide(Layer.mergeAll(contractLayer(options), Dendrite.layer, GitHubDisplay.quietLayer, RepositoryTexts.layer)))
    )
  })

/** Suggests issues for bounties, and registers what the owner's file chooses. */
import { join } from "node:path"
import { Clock, Console, Effect, Layer, Option, ParseResult, Ref, Schema } from "effect"
import { formatAlpha, parseAlpha } from "../../../domain/Amount.ts"
import type { Consent } from "../../../domain/consent.ts"
import { InvalidInput } from "../../../domain/failures.ts"
import { problemOf } from "../../../domain/jsonProblem.ts"
import { type RosterDocument, refusedAt } from "../../../domain/Roster.ts"
import { Contract } from "../../../layers/chain/contract/Contract.ts"
import { chainFileName } from "../../../layers/chain/node/identity.ts"
import { readRoster } from "../../../layers/chain/roster/readRoster.ts"
import * as GitHubAccounts from "../../../layers/github/accounts/GitHubAccounts.ts"
import * as GitHubBurden from "../../../layers/github/display/GitHubBurden.ts"
import * as GitHub from "../../../layers/github/GitHub.ts"
import * as OpenIssues from "../../../layers/github/open/OpenIssues.ts"
import * as RepositoryIds from "../../../layers/github/RepositoryIds.ts"
import { alpha, dim, print, printable, yellow } from "../../../layers/machine/terminal/output.ts"
import { inHome } from "../../../layers/storage/dataFolder/dataFolder.ts"
import * as FolderLock from "../../../layers/storage/dataFolder/FolderLock.ts"
import * as Registrations from "../../../layers/storage/dataFolder/Registrations.ts"
import { isTestedLanguage } from "../../../quality/verify/ecosystems.ts"
import { burdensOf, type RepositoryBurden } from "../../../roles/owner/burdens.ts"
import type { Although } from "../../../roles/owner/registerIssue.ts"
import { type BountyRules, type Planned, planOf, problemIn } from "../../../roles/owner/rules/bountyPlan.ts"
import type { Suggestion } from "../../../roles/owner/rules/suggestions.ts"
import { budgetNow, type Registered, registerPlanned, type Survey, type SurveyedRepository, survey } from "../../../roles/owner/suggest.ts"
import { burdenLacks, burdenLines } from "../../../story/burden.ts"
import { contractLayer } from "../../shared/chainServices.ts"
import type { CallOptions } from "../../shared/contractCall.ts"
import { parseJson, readText } from "../../shared/inputFile.ts"
import { withSigner } from "../../shared/keys.ts"
import { invalid } from "../../shared/options.ts"
import { spend } from "../../shared/spend.ts"

const Amount = Schema.String.pipe(
  Schema.transformOrFail(Schema.BigIntFromSelf, {
    strict: true,
    decode: (text, _, ast) => Effect.mapError(parseAlpha(text), ({ message }) => new ParseResult.Type(ast, text, message)),
    encode: (rao) => Effect.succeed(formatAlpha(rao))
  })
)

const BountyFile = Schema.Struct({
  /** Maximum alpha that is registered in a week, such as `"500"`. */
  week: Amount,
  /** Bounty by label name: `{"bounty": "100"}`. */
  labels: Schema.Record({ key: Schema.NonEmptyString, value: Amount })
}).annotations({ parseOptions: { onExcessProperty: "error" } })

/** Reads the file, and checks it against the contract's bounds. */
const readBounties = Effect.fn("readBounties")(function* (file: string) {
  const unusable = (reason: string) => new InvalidInput({ message: `the bounties ${file} can't be used: ${reason}` })
  const document = yield* Effect.flatMap(readText(file), parseJson).pipe(Effect.mapError(unusable))
  const { labels, week } = yield* Schema.decodeUnknown(BountyFile)(document).pipe(Effect.mapError((error) => unusable(problemOf(error))))
  const rules: BountyRules = { labels: new Map(Object.entries(labels)), week }
  if (rules.labels.size === 0) return yield* unusable('it names no label: write {"week": "500", "labels": {"bounty": "100"}}')
  const config = yield* (yield* Contract).config
  const problem = problemIn(rules, config)
  if (problem !== null) return yield* unusable(`the bounty of label "${problem.label}" is ${problem.why}`)
  return rules
})

export interface SuggestOptions extends CallOptions, Omit<Although, "refusals"> {
  readonly roster: Option.Option<string>
  readonly repository: ReadonlyArray<string>
  readonly max: number
  readonly all: boolean
  readonly register: boolean
  readonly bountyByLabel: Option.Option<string>
  readonly data: Option.Option<string>
}

const nameOf = ({ candidate: { repository, number } }: Suggestion): string => `${repository}#${number}`

const withSign = (points: number): string => (points > 0 ? `+${points}` : String(points))

const notRegisteredLines = (consent: Consent): ReadonlyArray<string> =>
  consent._tag === "Unknown"
    ? [yellow(`       not registered yet: ${consent.because}`)]
    : consent._tag === "Silent"
      ? [dim("       registered only with --without-consent: nobody who may merge there has asked for it")]
      : []

const suggestionLines = (suggestion: Suggestion): ReadonlyArray<string> => [
  `${String(suggestion.points).padStart(5)}  ${nameOf(suggestion)}  ${suggestion.candidate.title}`,
  dim(`       ${suggestion.reasons.map(({ points, why }) => `${withSign(points)} ${why}`).join(", ")}`),
  ...suggestion.against.map((why) => yellow(`       no bounty now: ${why}`)),
  ...notRegisteredLines(suggestion.candidate.consent)
]

/** Notes that the list is incomplete. */
const lackLines = ({ name, open, read, trouble }: SurveyedRepository): ReadonlyArray<string> => {
  if (trouble !== null) return [yellow(`  ${name} was not read: ${trouble}`)]
  return read < open ? [`  ${name}: the newest ${read} of its ${open} open issues were read`] : []
}

const listedSuggestions = ({ suggestions }: Survey, { all, max }: SuggestOptions) =>
  suggestions.filter(({ against }) => all || against.length === 0).slice(0, max)

const burdenText = ({ burden, name, trouble }: RepositoryBurden): ReadonlyArray<string> => {
  if (burden === null) return [`  ${name}: unknown (${trouble})`]
  const lines = burdenLines(burden)
  return [
    `  ${name}, since ${new Date(burden.since).toISOString().slice(0, "YYYY-MM-DD".length)}`,
    `    miners: ${lines.map(({ miners, name: figure }) => `${figure} ${miners}`).join(", ")}`,
    dim(`    others: ${lines.map(({ name: figure, others }) => `${figure} ${others}`).join(", ")}`),
    ...burdenLacks(burden).map((lack) => yellow(`    ${lack}`))
  ]
}

const withTitle = (title: string, some: ReadonlyArray<RepositoryBurden>): ReadonlyArray<string> =>
  some.length === 0 ? [] : [title, ...some.flatMap(burdenText)]

/** Lists suggestions, the review burden on their repositories, and repositories proposed for removal. */
const list = Effect.fn("owner.suggest.list")(function* (
  options: SuggestOptions,
  found: Survey,
  repositories: RosterDocument["repositories"]
) {
  const burdens = yield* burdensOf(found.repositories, repositories, options.repository.length === 0)
  const shown = listedSuggestions(found, options)
  const passing = found.suggestions.filter(({ against }) => against.length === 0).length
  const inList = new Set(shown.map(({ candidate }) => candidate.repository))
  const going = burdens.filter(({ shouldGo }) => shouldGo)
  const staying = burdens.filter(({ calledNow, shouldGo }) => !shouldGo && calledNow !== null && inList.has(calledNow))
  yield* print(options.json, { block: found.block, repositories: found.repositories, passing, suggestions: shown, burdens }, () => [
    `${passing} of ${found.suggestions.length} open issues could get a bounty`,
    ...shown.flatMap(suggestionLines),
    ...withTitle("what pull requests ask of maintainers:", staying),
    ...withTitle(yellow("proposed for removal, because maintainers closed more than half of miners' decided pull requests:"), going),
    ...found.repositories.flatMap(lackLines)
  ])
})

const plannedLine = ({ suggestion, bounty }: Planned): string =>
  `  ${nameOf(suggestion)} "${suggestion.candidate.title}" with ${alpha(bounty)}, ${suggestion.points} points`

const documentOf = ({ suggestion, bounty }: Planned) => ({
  repository: suggestion.candidate.repository,
  number: suggestion.candidate.number,
  title: suggestion.candidate.title,
  bountyRao: bounty,
  points: suggestion.points
})

const registeredLine = (one: Registered): string =>
  `issue ${one.issue}: ${nameOf(one.suggestion)} "${one.suggestion.candidate.title}", bounty ${alpha(one.bounty)} (block ${one.block}, ${one.transaction})`

const register = Effect.fn("owner.suggest.register")(function* (
  options: SuggestOptions,
  found: Survey,
  file: string,
  refusals: ReadonlyArray<string>
) {
  const rules = yield* readBounties(file)
  yield* withSigner("coldkey", options, (signer) =>
    Effect.gen(function* () {
      const contract = yield* Contract
      const budget = yield* budgetNow()
      const { register: chosen, waits } = planOf(found.suggestions, rules, budget, options.max, Option.isSome(options.withoutConsent))
      const facts = { weekRao: rules.week, spentRao: budget.spent, waits: waits === null ? null : documentOf(waits) }
      const waiting =
        waits === null
          ? []
          : [
              `  ${nameOf(waits.suggestion)} waits: ${alpha(waits.bounty)} would exceed the week's ${alpha(rules.week)}, of which ${alpha(budget.spent)} are spent`
            ]
      if (chosen.length === 0)
        return yield* print(options.json, { ...facts, registered: [], sent: false }, () => ["nothing to register", ...waiting])
      const calls = yield* Effect.forEach(chosen, ({ suggestion: { candidate }, bounty }) =>
        contract.plan("registerIssue", { repository: candidate.repository, number: candidate.number, bounty }, signer.address)
      )
      const fee = calls.reduce((sum, { fee, deposit }) => sum + fee + deposit, 0n)
      const total = chosen.reduce((sum, { bounty }) => sum + bounty, 0n)
      const what = `register ${chosen.length} issue${chosen.length === 1 ? "" : "s"} with bounties of ${alpha(total)}`
      const trouble = yield* Ref.make<Effect.Effect<void, Effect.Effect.Error<ReturnType<typeof registerPlanned>>>>(Effect.void)
      yield* spend(options, {
        planned: { ...facts, register: chosen.map(documentOf), feeRao: fee },
        plannedLines: [
          `would ${what}`,
          ...chosen.map(plannedLine),
          ...waiting,
          `  cost      about ${formatAlpha(fee)} TAO`,
          "nothing was sent"
        ],
        question: `${what.slice(0, 1).toUpperCase()}${what.slice(1)} (${chosen.map(({ suggestion }) => nameOf(suggestion)).join(", ")})? It costs about ${formatAlpha(fee)} TAO.`,
        send: Effect.gen(function* () {
          const key = yield* signer.key
          const done: Array<Registered> = []
          for (const one of chosen) {
            const outcome = yield* Effect.either(registerPlanned(key, one, { ...options, refusals }))
            if (outcome._tag === "Left") {
              yield* Ref.set(trouble, Effect.fail(outcome.left))
              break
            }
            done.push(outcome.right)
            if (!options.json) yield* Console.log(printable(registeredLine(outcome.right)))
          }
          return {
            ...facts,
            registered: done.map((one) => ({ ...documentOf(one), issue: one.issue, block: one.block, transaction: one.transaction }))
          }
        }),
        doneLines: ({ registered }) => [`registered ${registered.length} of ${chosen.length}`, ...waiting]
      })
      yield* Effect.flatten(Ref.get(trouble))
    })
  )
})

/** The journal of registrations sent for this contract on this chain. Only one process at a time may write it. */
const journal = (options: SuggestOptions) =>
  Layer.unwrapScoped(
    Effect.gen(function* () {
      const folder = yield* Option.match(options.data, {
        onSome: Effect.succeed,
        onNone: () => inHome("the owner's journal", "--data", "owner")
      })
      yield* FolderLock.holdLock(folder, "suggest", "registers suggested issues")
      const contract = `${yield* chainFileName}-${(yield* Contract).address}`
      return Registrations.layer({ file: join(folder, "registrations.sqlite"), contract })
    })
  )

export const run = (options: SuggestOptions) =>
  Effect.gen(function* () {
    if (Option.isNone(options.roster))
      return yield* Effect.fail(invalid("--roster is missing: name the roster whose repositories' issues are suggested"))
    const only = new Set(options.repository.map((name) => name.toLowerCase()))
    const roster = yield* readRoster(options.roster.value)
    const { repositories } = roster
    const chosen = Object.fromEntries(Object.entries(repositories).filter(([name]) => only.size === 0 || only.has(name.toLowerCase())))
    const unknown = options.repository.find((name) => !Object.keys(chosen).some((known) => known.toLowerCase() === name.toLowerCase()))
    if (unknown !== undefined) return yield* Effect.fail(invalid(`--repository ${unknown} is not in the roster`))
    const found = survey({ ...roster, repositories: chosen }, isTestedLanguage)
    yield* Effect.gen(function* () {
      if (!options.register)
        return yield* Effect.flatMap(found, (one) => list(options, one, chosen)).pipe(
          Effect.provide(Layer.merge(GitHubAccounts.layer, GitHubBurden.layer))
        )
      if (Option.isNone(options.bountyByLabel))
        return yield* Effect.fail(invalid("--register needs --bounty-by-label: the file says what issues get"))
      const file = options.bountyByLabel.value
      const now = yield* Clock.currentTimeMillis
      // Takes the lock before reading anything that the decision depends on.
      yield* Effect.flatMap(found, (one) => register(options, one, file, refusedAt(roster, now))).pipe(Effect.provide(journal(options)))
    }).pipe(Effect.provide(contractLayer(options)))
  }).pipe(Effect.provide(Layer.mergeAll(GitHub.layer, OpenIssues.layer, RepositoryIds.layer)))

/** Finds issues that could get a bounty, and registers those that the owner's rules choose. */
import { Clock, Effect, type Either, Option, type ParseResult, Schema } from "effect"
import type { Issue } from "../../contract-client/generated.ts"
import { consentOf, type Word, withRefusals } from "../../domain/consent.ts"
import { labelSays } from "../../domain/consentWords.ts"
import { IssueRef, RepositoryName } from "../../domain/IssueRef.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { isMaintainer } from "../../domain/maintainers.ts"
import { type RosterDocument, type RosterRepository, refusedAt } from "../../domain/Roster.ts"
import { allIssues } from "../../layers/chain/contract/findIssue.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"
import { GitHub } from "../../layers/github/GitHub.ts"
import { OpenIssues, type RepositoryIssues, type SaidOnIssue } from "../../layers/github/open/OpenIssues.ts"
import { RepositoryIds } from "../../layers/github/RepositoryIds.ts"
import { Registrations } from "../../layers/storage/dataFolder/Registrations.ts"
import { shownRepository } from "./pinRoster.ts"
import { type Although, checkIssue, registerIssue } from "./registerIssue.ts"
import { type Budget, type Planned, WEEK } from "./rules/bountyPlan.ts"
import { type Asking, type Candidate, ranked, type Suggestion, similarOf } from "./rules/suggestions.ts"

export interface SurveyedRepository {
  /** The name in the roster. */
  readonly name: string
  /** null: its issues could not be read; `trouble` says why. */
  readonly calledNow: string | null
  readonly trouble: string | null
  /** `open`: number of open issues. `read`: how many of them, the newest, were read. */
  readonly open: number
  readonly read: number
}

export interface Survey {
  readonly block: number
  readonly suggestions: ReadonlyArray<Suggestion>
  readonly repositories: ReadonlyArray<SurveyedRepository>
}

const AT_ONCE = 4

const decodeName = Schema.decodeUnknownOption(RepositoryName)

/** What was said about bounties in a repository, and the accounts that are proved to have push access. */
interface Said {
  readonly said: ReadonlyArray<SaidOnIssue>
  readonly writers: ReadonlySet<number>
}

const NOTHING_SAID: Said = { said: [], writers: new Set() }

/** How many accounts that spoke of bounties are checked for a repository. Each check costs a request, and any account may speak. */
const MOST_SPEAKERS = 30

const isNear = ({ association, by }: SaidOnIssue): boolean => by === "label" || isMaintainer(association)

/** Reads what was said, and checks who may push: those nearest to the project first, then the newest. */
const saidIn = Effect.fn("owner.saidIn")(function* ({ choices, name, open }: RepositoryIssues) {
  const repository = Option.getOrUndefined(decodeName(name))
  if (repository === undefined || choices?.bounties === false) return NOTHING_SAID
  const [issues, github] = yield* Effect.all([OpenIssues, GitHub])
  const said = yield* issues.said(repository, open, choices?.labels ?? null)
  const accounts = said
    .toSorted((one, other) => Number(isNear(other)) - Number(isNear(one)) || other.at - one.at)
    .flatMap(({ account }) => account ?? [])
  const checked = [...new Map(accounts.map((account) => [account.id, account])).values()].slice(0, MOST_SPEAKERS)
  // A request by an account without proven write access now is a wish.
  const writers =
    checked.length === 0
      ? new Set<number>()
      : yield* github.writersAmong(checked, repository).pipe(Effect.orElseSucceed(() => new Set<number>()))
  return { said, writers } satisfies Said
})

const isWriters = ({ account }: SaidOnIssue, { writers }: Said): boolean => account !== null && writers.has(account.id)

const wordOf = (one: SaidOnIssue, all: Said): Word => ({
  by: one.by,
  says: one.says,
  text: one.text,
  login: one.account?.login ?? "",
  at: one.at,
  isProjects: one.by === "label" && one.account === null ? null : isWriters(one, all) || (one.says === "no" && isNear(one))
})

const askingOf = (said: ReadonlyArray<SaidOnIssue>): ReadonlyArray<Asking> =>
  said
    .toSorted((one, other) => other.at - one.at)
    .flatMap(({ account, amount, by, says }) => (says === "yes" && account !== null ? [{ login: account.login, by, amount }] : []))

interface ReadIssues {
  readonly repository: SurveyedRepository
  readonly settings: RosterRepository
  readonly found: RepositoryIssues | null
  readonly words: Said
}

/** Reads a repository. One that GitHub does not show, or that fails to load, does not stop suggestions for the others. */
const readRepository = (name: string, settings: RosterRepository) =>
  Effect.gen(function* () {
    const unread = (trouble: string): ReadIssues => ({
      repository: { name, calledNow: null, trouble, open: 0, read: 0 },
      settings,
      found: null,
      words: NOTHING_SAID
    })
    const known = yield* shownRepository(name, settings)
    if (Option.isNone(known)) return unread("GitHub does not show it")
    const found = yield* (yield* OpenIssues).of(known.value.full_name)
    if (found === null || found.id !== known.value.id) return unread("GitHub does not show it")
    if (found.isArchived) return unread("it is archived, so nobody could merge a solution there")
    const { name: calledNow, openCount: open } = found
    return {
      repository: { name, calledNow, trouble: null, open, read: found.open.length },
      settings,
      found,
      words: yield* saidIn(found)
    } satisfies ReadIssues
  }).pipe(
    Effect.catchTag("GitHubUnavailable", ({ message }) =>
      Effect.succeed<ReadIssues>({
        repository: { name, calledNow: null, trouble: message, open: 0, read: 0 },
        settings,
        found: null,
        words: NOTHING_SAID
      })
    )
  )

/** Registered issues by `id#42` for the repositories that were read, and by `owner/name#42` in lower case. The id also finds issues of renamed repositories. */
const registeredIn = Effect.fn("owner.registeredIn")(function* (issues: ReadonlyArray<Issue>, read: ReadonlyArray<ReadIssues>) {
  const ids = yield* RepositoryIds
  const here = new Map(read.flatMap(({ found }) => (found?.id == null ? [] : [[found.name.toLowerCase(), found.id]])))
  const names = [...new Set(issues.map(({ repository }) => repository.toLowerCase()))]
  const idOf = (name: string) =>
    here.has(name)
      ? Effect.succeed(here.get(name))
      : Option.match(decodeName(name), {
          onNone: () => Effect.succeed(undefined),
          onSome: (known) => Effect.map(ids.named(known), (found) => Option.getOrUndefined(found)?.id)
        })
  const known = new Map(
    yield* Effect.forEach(names, (name) => Effect.map(idOf(name), (id) => [name, id] as const), { concurrency: AT_ONCE })
  )
  return new Map(
    issues.flatMap(({ id, number, repository }) => {
      const name = repository.toLowerCase()
      const repositoryId = known.get(name)
      return [[`${name}#${number}`, id] as const, ...(repositoryId === undefined ? [] : [[`${repositoryId}#${number}`, id] as const])]
    })
  )
})

const candidatesOf = (
  { found, repository, settings, words }: ReadIssues,
  registered: ReadonlyMap<string, number>,
  isTested: (language: string) => boolean,
  refusals: ReadonlyArray<string>
): ReadonlyArray<Candidate> => {
  if (found === null) return []
  const { choices, efforts, file, id, language, name, open, takes } = found
  return open.map(({ author: _, isLocked, rawLabels, ...issue }) => {
    const said = words.said.filter(({ number }) => number === issue.number)
    const record = {
      repository: name,
      isArchived: false,
      ...(takes === undefined ? {} : { takes }),
      file,
      issue: { isLocked, words: said.map((one) => wordOf(one, words)) }
    }
    const consent = consentOf(withRefusals(record, refusals, repository.name))
    return {
      ...issue,
      repository: name,
      language,
      askingLabels: rawLabels.filter((label) => labelSays(label, choices?.labels ?? undefined) === "yes"),
      consent,
      asked: consent._tag === "Asked" ? askingOf(said.filter((one) => isWriters(one, words))) : [],
      wished: askingOf(said.filter((one) => !isWriters(one, words))),
      testsRun: settings.test_command !== undefined || choices?.test != null || (language !== null && isTested(language)),
      registered: registered.get(`${id}#${issue.number}`) ?? registered.get(`${name}#${issue.number}`.toLowerCase()) ?? null,
      similar: similarOf(issue.labels, efforts)
    }
  })
}

/** Ranks all open issues of a roster's repositories, best first. `isTested`: whether validators can run tests of a language. Sends nothing. */
export const survey = Effect.fn("owner.survey")(function* (
  { repositories, ...consent }: Pick<RosterDocument, "repositories" | "consent" | "refusals">,
  isTested: (language: string) => boolean
) {
  const now = yield* Clock.currentTimeMillis
  const head = yield* (yield* Chain).finalisedHead
  const read = yield* Effect.forEach(Object.entries(repositories), ([name, settings]) => readRepository(name, settings), {
    concurrency: AT_ONCE
  })
  const registered = yield* registeredIn(yield* allIssues(head), read)
  const candidates = read.flatMap((one) => candidatesOf(one, registered, isTested, refusedAt(consent, now)))
  return {
    block: head.number,
    suggestions: ranked(candidates, now),
    repositories: read.map(({ repository }) => repository)
  } satisfies Survey
})

/** Blocks after which a pending transaction has expired. polkadot.js signs with a mortal era of at most 256 blocks. */
const VALID_FOR = 256

/** Bounties registered on chain in the last week, plus those that this machine sent and that may still be included. */
export const budgetNow = Effect.fn("owner.budgetNow")(function* () {
  const head = yield* (yield* Chain).finalisedHead
  const issues = yield* allIssues(head)
  const known = new Set(issues.map(({ repository, number }) => `${repository}#${number}`.toLowerCase()))
  const sent = yield* (yield* Registrations).sentAfter(head.number - VALID_FOR)
  const onTheWay = sent.filter(({ reference }) => !known.has(reference))
  const lately = issues.filter(({ registeredAt }) => registeredAt > head.number - WEEK)
  return {
    spent: [...lately, ...onTheWay].reduce((sum, { bounty }) => sum + bounty, 0n),
    onTheWay: new Set(onTheWay.map(({ reference }) => reference))
  } satisfies Budget
})

export interface Registered extends Planned {
  readonly issue: number
  readonly block: number
  readonly transaction: string
}

/** The suggestion's reference. GitHub's names and numbers always parse. */
const referenceOf = ({ candidate: { repository, number } }: Suggestion): Either.Either<IssueRef, ParseResult.ParseError> =>
  Schema.decodeUnknownEither(IssueRef)({ repository, number })

/**
 * Registers one issue after checking it again on GitHub and in the contract. The registration is recorded before sending, and settled once its outcome is
 * final. One with an unknown outcome counts against the budget until its transaction expires.
 */
export const registerPlanned = Effect.fn("owner.registerPlanned")(function* (owner: KeyPair, planned: Planned, although: Although) {
  const { suggestion, bounty } = planned
  const [chain, registrations] = yield* Effect.all([Chain, Registrations])
  const checked = yield* checkIssue(yield* referenceOf(suggestion), bounty, although)
  const { number: at } = yield* chain.finalisedHead
  yield* registrations.began({ reference: checked.ref.key, bounty, at })
  const { issue, inclusion } = yield* registerIssue(owner, checked, bounty)
  yield* registrations.settled(checked.ref.key)
  return { ...planned, issue, block: inclusion.block.number, transaction: inclusion.extrinsicHash } satisfies Registered
})

/**
 * The API's filters and sorts, for lists that lie in files. Each list's parameters come from the API's definition, so a new one does not compile without its
 * filter. test/database/api/export.test.ts compares the answers with the server's.
 */

import type * as Chain from "../../../src/dashboard/api/definition/chain.ts"
import type * as Competitions from "../../../src/dashboard/api/definition/competitions.ts"
import type * as Consensus from "../../../src/dashboard/api/definition/consensus.ts"
import type * as Issues from "../../../src/dashboard/api/definition/issues.ts"
import type * as Miners from "../../../src/dashboard/api/definition/miners.ts"
import type * as Money from "../../../src/dashboard/api/definition/money.ts"
import { placeOf } from "../../../src/dashboard/api/definition/place.ts"
import type * as Records from "../../../src/dashboard/api/definition/records.ts"
import type * as Repositories from "../../../src/dashboard/api/definition/repositories.ts"
import type * as Validators from "../../../src/dashboard/api/definition/validators.ts"
import { kindOf } from "../../../src/story/eventKinds.ts"
import type * as T from "../api/types.ts"

/** Whether an item is among what was asked for. */
type Filter<Item> = (item: Item, values: ReadonlyArray<string>) => boolean

/** Puts the items, which come in the list's default order, into another order. */
type Sort<Item> = (items: ReadonlyArray<Item>) => ReadonlyArray<Item>

/** The sorts of a query, apart from the default. */
type SortsOf<Query> = Query extends { readonly sort?: infer Names } ? Extract<Names, string> : never

type ListRules<Item, Query> = ([SortsOf<Query>] extends [never]
  ? { readonly sorts?: undefined }
  : { readonly sorts: { readonly [Name in SortsOf<Query>]: Sort<Item> } }) & {
  readonly filters: { readonly [Name in Exclude<keyof Query, "cursor" | "limit" | "sort">]-?: Filter<Item> }
  /** What depends on the other items, such as a rank. */
  readonly renumber?: (item: Item, index: number) => Item
}

/** The rules of any list, for items that were read from a file. */
export interface Rules {
  readonly filters: Readonly<Record<string, Filter<unknown>>>
  readonly sorts?: Readonly<Record<string, Sort<unknown>>>
  readonly renumber?: (item: unknown, index: number) => unknown
}

/** The items of a file are what the API's definition says, because the API made them. */
const rules = <Item, Query>(list: ListRules<Item, Query>): Rules => list as unknown as Rules

const is =
  <Item>(read: (item: Item) => string | number | boolean | null | undefined): Filter<Item> =>
  (item, [value]) =>
    `${read(item)}` === value

const isSome =
  <Item>(read: (item: Item) => string): Filter<Item> =>
  (item, values) =>
    values.includes(read(item))

const isSomeAnyCase =
  <Item>(read: (item: Item) => string | null): Filter<Item> =>
  (item, values) =>
    values.some((value) => read(item)?.toLowerCase() === value.toLowerCase())

const isAnyCase =
  <Item>(read: (item: Item) => string | null | undefined): Filter<Item> =>
  (item, [value = ""]) =>
    read(item)?.toLowerCase() === value.toLowerCase()

/** Whether an item's place, which comes first, keeps an order with the place that the filter names. */
const placed =
  (end: "from" | "to", keeps: (item: number, asked: number) => boolean) =>
  <Item>(read: (item: Item) => T.Moment): Filter<Item> =>
  (item, [value = ""]) => {
    const [{ block, time }, asked] = [read(item), placeOf(value, end)]
    if (asked === undefined) return false
    return "block" in asked ? keeps(block, asked.block) : time !== null && keeps(Date.parse(time), asked.time)
  }
const from = placed("from", (item, asked) => item >= asked)
const to = placed("to", (item, asked) => item <= asked)

interface At {
  readonly at: T.Moment
}
const momentOf = ({ at }: At) => at
const range = { from: from(momentOf), to: to(momentOf) }

const blockItself = ({ number, time }: T.Block) => ({ block: number, time })

const asItCame = <Item>(items: ReadonlyArray<Item>) => items
const byTime = { newest: asItCame, oldest: <Item>(items: ReadonlyArray<Item>) => items.toReversed() }

/** In descending order of a key, and of the second one where the first is equal. */
const descending =
  <Item>(...keys: ReadonlyArray<(item: Item) => number | bigint | string>): Sort<Item> =>
  (items) =>
    items.toSorted((a, b) => {
      for (const key of keys) if (key(a) !== key(b)) return key(a) < key(b) ? 1 : -1
      return 0
    })

const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []

/** Each word of the search begins a word of the issue. */
const hasWords = ({ repository, number, title }: T.Competition["issue"], [search = ""]: ReadonlyArray<string>) => {
  const words = wordsOf(`${repository} ${number} ${title ?? ""}`)
  const wanted = wordsOf(search)
  return wanted.length > 0 && wanted.every((prefix) => words.some((word) => word.startsWith(prefix)))
}

const hasLabel: Filter<T.Issue> = ({ github: { labels } }, [name]) =>
  Array.isArray(labels) && labels.some((label) => typeof label === "object" && label !== null && "name" in label && label.name === name)

/** A number or a text in an event's fields, as text. */
const fieldOf = (name: string) => (event: T.Event) => {
  const { fields } = event
  return typeof fields === "object" && fields !== null && name in fields ? String(Reflect.get(fields, name)) : undefined
}

const isRated = ({ rating, ratedGames }: T.Miner) => rating !== null && ratedGames > 0

export const listRules: Readonly<Record<string, Rules>> = {
  "/v1/issues": rules<T.Issue, typeof Issues.IssueQuery.Encoded>({
    filters: {
      status: isSome(({ status }) => status),
      repository: isAnyCase(({ repository }) => repository),
      label: hasLabel,
      language: isSomeAnyCase(({ github }) => github.language),
      search: ({ id, repository, number, github: { title } }, values) => hasWords({ id, repository, number, title }, values),
      competitor: ({ competition }, [hotkey]) => competition !== null && [competition.a.hotkey, competition.b.hotkey].includes(hotkey ?? "")
    },
    sorts: {
      ...byTime,
      target: descending(
        ({ target }) => BigInt(target),
        ({ id }) => id
      ),
      updated: descending(
        ({ updatedAt }) => updatedAt.block,
        ({ id }) => id
      ),
      queue: (items) =>
        descending<T.Issue>(
          ({ queuePosition }) => queuePosition ?? 0,
          ({ id }) => id
        )(items.filter(({ queuePosition }) => queuePosition !== null)).toReversed()
    }
  }),
  "/v1/votes": rules<T.Vote, typeof Issues.VoteQuery.Encoded>({
    filters: {
      issue: is(({ issue }) => issue),
      competition: is(({ competition }) => competition),
      validator: is(({ validator }) => validator),
      kind: is(({ kind }) => kind),
      live: is(({ endedAt }) => endedAt === null)
    },
    sorts: byTime
  }),
  "/v1/attestations": rules<T.Attestation, typeof Issues.AttestationQuery.Encoded>({
    filters: {
      issue: is(({ issue }) => issue),
      round: is(({ round }) => round),
      validator: is(({ validator }) => validator),
      uid: ({ enrolled, skipped }, [uid]) => [...enrolled, ...skipped].includes(Number(uid))
    }
  }),
  "/v1/pull-requests": rules<T.PullRequest, typeof Issues.PullRequestQuery.Encoded>({
    filters: {
      issue: is(({ issue }) => issue.id),
      competition: is(({ competition }) => competition),
      hotkey: is(({ hotkey }) => hotkey),
      state: is(({ state }) => state)
    }
  }),
  "/v1/suggestions": rules<T.Suggestion, typeof Issues.SuggestionQuery.Encoded>({
    filters: { repository: isAnyCase(({ repository }) => repository) }
  }),
  "/v1/repositories": rules<T.Repository, typeof Repositories.RepositoryQuery.Encoded>({
    filters: { repository: isAnyCase(({ repository }) => repository) }
  }),
  "/v1/competitions": rules<T.Competition, typeof Competitions.CompetitionQuery.Encoded>({
    filters: {
      status: isSome(({ status }) => status),
      issue: is(({ issue }) => issue.id),
      miner: ({ a, b }, [hotkey]) => a.hotkey === hotkey || b.hotkey === hotkey,
      repository: isAnyCase(({ issue }) => issue.repository),
      search: ({ issue }, values) => hasWords(issue, values)
    },
    sorts: byTime
  }),
  "/v1/ratings": rules<T.RatingChange, typeof Competitions.RatingQuery.Encoded>({
    filters: { hotkey: is(({ hotkey }) => hotkey), competition: is(({ competition }) => competition), ...range }
  }),
  "/v1/miners": rules<T.Miner, typeof Miners.MinerQuery.Encoded>({
    filters: {
      registered: is(({ uid }) => uid !== null),
      enrolled: is(({ enrolledAt }) => enrolledAt !== null),
      rated: is(isRated),
      eligible: is(({ eligible }) => eligible),
      provisional: is(({ provisional }) => provisional),
      coldkey: is(({ coldkey }) => coldkey),
      uid: is(({ uid }) => uid),
      search: ({ hotkey, coldkey, github }, [start = ""]) =>
        hotkey.startsWith(start) ||
        coldkey?.startsWith(start) === true ||
        (github?.proven === true && github.login?.toLowerCase().startsWith(start.toLowerCase()) === true),
      login: (miner, values) => miner.github?.proven === true && isAnyCase(() => miner.github?.login)(miner, values)
    },
    sorts: {
      rating: asItCame,
      earned: descending(
        ({ earned }) => BigInt(earned),
        ({ hotkey }) => hotkey
      ),
      won: descending(
        ({ won }) => won,
        ({ hotkey }) => hotkey
      ),
      newest: descending(
        ({ firstSeenAt }) => firstSeenAt.block,
        ({ hotkey }) => hotkey
      )
    }
  }),
  "/v1/leaderboard": rules<T.Ranked, typeof Miners.LeaderboardQuery.Encoded>({
    filters: { registered: is(({ uid }) => uid !== null) },
    renumber: (miner, index) => ({ ...miner, rank: index + 1 })
  }),
  "/v1/registrations": rules<T.Registration, typeof Miners.RegistrationQuery.Encoded>({
    filters: { hotkey: is(({ hotkey }) => hotkey), uid: is(({ uid }) => uid) }
  }),
  "/v1/scores": rules<T.Score, typeof Miners.ScoreQuery.Encoded>({
    filters: {
      epoch: is(({ epoch }) => epoch),
      hotkey: is(({ hotkey }) => hotkey),
      repository: isAnyCase(({ repository }) => repository)
    }
  }),
  "/v1/treasury/flows": rules<T.TreasuryFlow, typeof Money.TreasuryFlowQuery.Encoded>({
    filters: { kind: is(({ kind }) => kind), issue: is(({ issue }) => issue?.id), ...range }
  }),
  "/v1/collateral": rules<T.CollateralFlow, typeof Money.CollateralQuery.Encoded>({
    filters: { hotkey: is(({ hotkey }) => hotkey), kind: is(({ kind }) => kind), ...range }
  }),
  "/v1/payouts": rules<T.Payout, typeof Money.PayoutQuery.Encoded>({ filters: { hotkey: is(({ miner }) => miner.hotkey), ...range } }),
  "/v1/validators": rules<T.Validator, typeof Validators.ValidatorQuery.Encoded>({
    filters: { current: is(({ removedAt }) => removedAt === null) }
  }),
  "/v1/weights": rules<T.Weights, typeof Validators.WeightsQuery.Encoded>({
    filters: { validator: is(({ validator }) => validator), ...range }
  }),
  "/v1/reports": rules<T.Report, typeof Validators.ReportQuery.Encoded>({
    filters: { validator: is(({ validator }) => validator), epoch: is(({ epoch }) => epoch) }
  }),
  "/v1/consensus/epochs": rules<T.ConsensusEpoch, typeof Consensus.ConsensusEpochQuery.Encoded>({
    // An epoch does not say who could report in it. The exported page has this list for each validator.
    filters: { validator: () => false }
  }),
  "/v1/consensus/divergence": rules<T.Divergence, typeof Consensus.DivergenceQuery.Encoded>({
    filters: { validator: is(({ validator }) => validator), epoch: is(({ epoch }) => epoch) }
  }),
  "/v1/consensus/evidence": rules<T.Evidence, typeof Consensus.EvidenceQuery.Encoded>({
    filters: {
      severity: is(({ severity }) => severity),
      kind: is(({ kind }) => kind),
      validator: is(({ validator }) => validator),
      epoch: is(({ epoch }) => epoch)
    }
  }),
  "/v1/blocks": rules<T.Block, typeof Records.BlockQuery.Encoded>({
    filters: { from: from(blockItself), to: to(blockItself) },
    sorts: byTime
  }),
  "/v1/calls": rules<T.Call, typeof Records.CallQuery.Encoded>({
    filters: { message: is(({ message }) => message), signer: is(({ signer }) => signer), success: is(({ success }) => success), ...range },
    sorts: byTime
  }),
  "/v1/events": rules<T.Event, typeof Records.EventQuery.Encoded>({
    filters: {
      kind: isSome(({ name }) => kindOf(name) ?? ""),
      name: isSome(({ name }) => name),
      issue: is(fieldOf("issue")),
      competition: is(fieldOf("competition")),
      ...range
    },
    sorts: byTime
  }),
  "/v1/config/changes": rules<T.ConfigChange, typeof Chain.ConfigChangeQuery.Encoded>({
    filters: { kind: is(({ kind }) => kind), change: is(({ change }) => change), account: is(({ account }) => account) }
  })
}

/** What a webhook says: JSON with the parts that Standard Webhooks recommends (`type`, `timestamp`, `data`). */
import { createHash } from "node:crypto"
import { Schema } from "effect"
import { GITHUB_PLAYS } from "../../domain/Play.ts"
import { tellPlay } from "../../story/plays.ts"
import { plain } from "../../story/sentence.ts"
import { tellEvent } from "../../story/sentences.ts"
import { tellUndecided } from "../../story/undecided.ts"
import { NEWS_KINDS } from "../api/definition/sharing.ts"
import type { News, PlayNews, UndecidedNews } from "../api/queries/sharing.ts"
import { addressOf, newsKindOf } from "../api/sharing/news.ts"

/** What webhooks tell: what a feed tells, what happens to competitors' pull requests, and matches that are past their deadline and undecided. */
export const WEBHOOK_KINDS = [...NEWS_KINDS, "play", "undecided"] as const

/** The version of what is in `data`. Fields may be added to a version; none changes its meaning or goes away. */
const VERSION = 1

const Subject = Schema.Struct({
  /** The contract's number of the issue. */
  id: Schema.Int,
  repository: Schema.String,
  /** The issue's number on GitHub. */
  number: Schema.Int,
  /** Null until the index has asked GitHub. */
  title: Schema.NullOr(Schema.String),
  /** In rao (10⁻⁹ alpha). */
  bounty: Schema.NullOr(Schema.String)
})

const Miner = Schema.Struct({ hotkey: Schema.String, /** Null unless the miner has proven it. */ login: Schema.NullOr(Schema.String) })

const shared = {
  version: Schema.Literal(VERSION),
  /** The genesis hash of the chain. */
  chain: Schema.String,
  contract: Schema.String,
  /** What happened, in plain English. It quotes strangers: escape it before it becomes HTML. */
  text: Schema.String
}

const about = {
  competition: Schema.NullOr(Schema.Int),
  miners: Schema.Array(Miner),
  /** The page about it; null where the index does not know the page's address. */
  link: Schema.NullOr(Schema.String),
  /** The path of it in the API. */
  api: Schema.String
}

const NewsData = Schema.Struct({
  ...shared,
  ...about,
  /** The contract's event, and where it is on the chain. The block is final. */
  event: Schema.String,
  block: Schema.Int,
  index: Schema.Int,
  issue: Schema.NullOr(Subject)
})

/** What happened to the pull request of a competitor, who is the only one of `miners`. */
const PlayData = Schema.Struct({
  ...shared,
  ...about,
  issue: Subject,
  play: Schema.Struct({
    kind: Schema.Literal(...GITHUB_PLAYS),
    /** The repository of the pull request, and its number there. */
    repository: Schema.String,
    number: Schema.Int,
    /** The account that did it, of a dismissal the one whose review it was; null where GitHub does not say. */
    by: Schema.NullOr(Schema.String),
    /** The commit that was pushed or checked. */
    commit: Schema.NullOr(Schema.String),
    /** How many such steps in a row it stands for. */
    times: Schema.Int
  })
})

/** A match that is past its deadline and undecided: people may have to decide. */
const UndecidedData = Schema.Struct({
  ...shared,
  ...about,
  issue: Subject,
  undecided: Schema.Struct({
    /** The block since which votes cast at the deadline would count. */
    since: Schema.Int,
    /** No validator's vote stands, or those that stand have less than the share that decides. */
    state: Schema.Literal("noVotes", "tooLight")
  })
})

export const Message = Schema.Union(
  Schema.Struct({
    type: Schema.Literal(...NEWS_KINDS),
    /** The block's time. */
    timestamp: Schema.String,
    data: NewsData
  }),
  Schema.Struct({
    type: Schema.Literal("play"),
    /** When it happened, by GitHub. */
    timestamp: Schema.String,
    data: PlayData
  }),
  Schema.Struct({
    type: Schema.Literal("undecided"),
    /** The time of the block since which it is undecided. */
    timestamp: Schema.String,
    data: UndecidedData
  }),
  /** The first message of each webhook, which shows that it works. */
  Schema.Struct({ type: Schema.Literal("ping"), timestamp: Schema.String, data: Schema.Struct(shared) })
)
export type Message = typeof Message.Type

const encode = Schema.encodeSync(Schema.parseJson(Message))

/** The text that is sent, byte for byte the same in every attempt. */
export const bodyOf = (message: Message): string => encode(message)

/** The contract whose news are told. */
export interface Origin {
  readonly chain: string
  readonly contract: string
  /** Scheme and host of the page. */
  readonly publicUrl: string | undefined
}

/** The id of a message, by which receivers recognise repetitions. It follows from what the message is about. */
const idOf = (...about: ReadonlyArray<string | number>): string =>
  `msg_${createHash("sha256").update(JSON.stringify(about)).digest("base64url").slice(0, 27)}`

/** A message with its id. */
export interface Addressed {
  readonly id: string
  readonly message: Message
}

const isoOf = (time: string | number | Date): string => new Date(time).toISOString()

/** What a webhook says about a piece of news. */
export const newsMessage = ({ chain, contract, publicUrl }: Origin, news: News): Addressed => {
  const { at, index, name, names, bounty } = news
  const type = newsKindOf(name) ?? "issue"
  const address = addressOf(news)
  return {
    id: idOf(chain, contract, at.block, index),
    message: {
      type,
      timestamp: isoOf(at.time ?? 0),
      data: {
        version: VERSION,
        chain,
        contract,
        text: plain(tellEvent(news, names)),
        event: name,
        block: at.block,
        index,
        issue: names.issue === null ? null : { ...names.issue, bounty },
        competition: names.competition?.id ?? null,
        miners: names.miners.map(({ hotkey, login }) => ({ hotkey, login })),
        link: publicUrl === undefined ? null : publicUrl + address,
        api: `/v1${address}`
      }
    }
  }
}

/** What a webhook says about a play. Its id is the same for as long as GitHub tells the play alike, whatever its repository is called. */
export const playMessage = ({ chain, contract, publicUrl }: Origin, news: PlayNews): Addressed => {
  const { competition, issue, repository, number, hotkey, login, early, kind, at, by, commit, times } = news
  const timestamp = isoOf(at)
  const play = { kind, repository, number, by, commit, times }
  const address = `/competitions/${competition}`
  return {
    id: idOf(chain, contract, "play", issue.id, hotkey, number, kind, timestamp, by ?? "", commit ?? ""),
    message: {
      type: "play",
      timestamp,
      data: {
        version: VERSION,
        chain,
        contract,
        text: plain(tellPlay({ ...play, at, hotkey, validators: null, tests: null }, { login, early })),
        play,
        issue,
        competition,
        miners: [{ hotkey, login }],
        link: publicUrl === undefined ? null : publicUrl + address,
        api: `/v1${address}`
      }
    }
  }
}

/** What a webhook says about a match that is undecided: once for each match. */
export const undecidedMessage = ({ chain, contract, publicUrl }: Origin, news: UndecidedNews): Addressed => {
  const { competition, issue, miners, since, state, time } = news
  const address = `/competitions/${competition}`
  return {
    id: idOf(chain, contract, "undecided", competition),
    message: {
      type: "undecided",
      timestamp: isoOf(time),
      data: {
        version: VERSION,
        chain,
        contract,
        text: plain(tellUndecided(competition, issue, state)),
        undecided: { since, state },
        issue,
        competition,
        miners,
        link: publicUrl === undefined ? null : publicUrl + address,
        api: `/v1${address}`
      }
    }
  }
}

/** What a webhook says first. `since`: milliseconds since 1970. */
export const pingMessage = ({ chain, contract }: Origin, webhook: string, since: number): Addressed => ({
  id: idOf(chain, contract, "ping", webhook, since),
  message: {
    type: "ping",
    timestamp: isoOf(since),
    data: { version: VERSION, chain, contract, text: `The webhook ${webhook} tells of news from now on` }
  }
})

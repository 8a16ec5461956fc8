/** Webhook messages: JSON with the fields that Standard Webhooks recommends (`type`, `timestamp`, `data`). */
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

/** Kinds of messages: news as in a feed, plays of competitors' pull requests, and matches that are past their deadline and undecided. */
export const WEBHOOK_KINDS = [...NEWS_KINDS, "play", "undecided"] as const

/** Version of `data`. A version may gain fields; no field changes its meaning or is removed. */
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
  /** A description in plain English. It quotes strangers: escape it in HTML. */
  text: Schema.String
}

const about = {
  competition: Schema.NullOr(Schema.Int),
  miners: Schema.Array(Miner),
  /** URL of the page about it; null: the index does not know the page's URL. */
  link: Schema.NullOr(Schema.String),
  /** The API path of what the message is about. */
  api: Schema.String
}

const NewsData = Schema.Struct({
  ...shared,
  ...about,
  /** The contract's event and its position on the chain. The block is finalised. */
  event: Schema.String,
  block: Schema.Int,
  index: Schema.Int,
  issue: Schema.NullOr(Subject)
})

/** A play of a competitor's pull request. `miners` contains only this competitor. */
const PlayData = Schema.Struct({
  ...shared,
  ...about,
  issue: Subject,
  play: Schema.Struct({
    kind: Schema.Literal(...GITHUB_PLAYS),
    /** The repository of the pull request, and its number there. */
    repository: Schema.String,
    number: Schema.Int,
    /** The account that did it; for a dismissal, the reviewer. Null: unknown. */
    by: Schema.NullOr(Schema.String),
    /** The commit that was pushed or checked. */
    commit: Schema.NullOr(Schema.String),
    /** Number of consecutive plays of this kind that it stands for. */
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
    /** No vote is standing, or the standing ones do not reach the quorum. */
    state: Schema.Literal("noVotes", "tooLight")
  })
})

export const Message = Schema.Union(
  Schema.Struct({
    type: Schema.Literal(...NEWS_KINDS),
    /** The block's timestamp. */
    timestamp: Schema.String,
    data: NewsData
  }),
  Schema.Struct({
    type: Schema.Literal("play"),
    /** GitHub's timestamp. */
    timestamp: Schema.String,
    data: PlayData
  }),
  Schema.Struct({
    type: Schema.Literal("undecided"),
    /** Timestamp of the block since which the match is undecided. */
    timestamp: Schema.String,
    data: UndecidedData
  }),
  /** The first message of each webhook, for testing the receiver. */
  Schema.Struct({ type: Schema.Literal("ping"), timestamp: Schema.String, data: Schema.Struct(shared) })
)
export type Message = typeof Message.Type

const encode = Schema.encodeSync(Schema.parseJson(Message))

/** The body, byte for byte the same in every attempt. */
export const bodyOf = (message: Message): string => encode(message)

/** The contract that the news are about. */
export interface Origin {
  readonly chain: string
  readonly contract: string
  /** Scheme and host of the page. */
  readonly publicUrl: string | undefined
}

/** A message's id, by which receivers recognise duplicates. Derived from the subject. */
const idOf = (...about: ReadonlyArray<string | number>): string =>
  `msg_${createHash("sha256").update(JSON.stringify(about)).digest("base64url").slice(0, 27)}`

export interface AddressedMessage {
  readonly id: string
  readonly message: Message
}

const isoOf = (time: string | number | Date): string => new Date(time).toISOString()

export const newsMessage = ({ chain, contract, publicUrl }: Origin, news: News): AddressedMessage => {
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

/** The message about a play. Its id is stable as long as GitHub's data of the play is, even if the repository is renamed. */
export const playMessage = ({ chain, contract, publicUrl }: Origin, news: PlayNews): AddressedMessage => {
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

/** The message about an undecided match, one per match. */
export const undecidedMessage = ({ chain, contract, publicUrl }: Origin, news: UndecidedNews): AddressedMessage => {
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

/** A webhook's first message. `since`: milliseconds since 1970. */
export const pingMessage = ({ chain, contract }: Origin, webhook: string, since: number): AddressedMessage => ({
  id: idOf(chain, contract, "ping", webhook, since),
  message: {
    type: "ping",
    timestamp: isoOf(since),
    data: { version: VERSION, chain, contract, text: `The webhook ${webhook} tells of news from now on` }
  }
})

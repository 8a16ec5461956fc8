/** Messages of /v1/stream (server-sent events). They say what has changed, so that a page reloads only that. */
import { Schema } from "effect"
import { GITHUB_PLAYS } from "../../../domain/Play.ts"
import { tables } from "../../../layers/storage/database/schema/tables.ts"
import { account, block, count, pace, text, time } from "./values.ts"

const { columns: event } = tables.events

/** First path segments of the endpoints whose answers can change. */
export const TOPICS = [
  "blocks",
  "calls",
  "competitions",
  "config",
  "consensus",
  "events",
  "issues",
  "leaderboard",
  "miners",
  "payouts",
  "reports",
  "stats",
  "treasury",
  "validators",
  "weights"
] as const
export const Topic = Schema.Literal(...TOPICS).annotations({ description: "the first path segment of an endpoint" })
export type Topic = typeof Topic.Type

const topics = Schema.Array(Topic).annotations({ description: "endpoints whose answers may have changed" })

/** The first message of a connection: the newest indexed block. */
export const Hello = Schema.Struct({
  block: Schema.NullOr(block("the newest indexed block; null if there is none")),
  time: Schema.NullOr(time("the chain's clock in that block")),
  age: count("milliseconds since the server first saw that block, or found that there is none. What was read before that may have changed"),
  pace
}).annotations({ identifier: "StreamHello", description: "event: hello. The first message of a new connection" })

const ChangedEvent = Schema.Struct({
  block: block(event.block.meaning),
  index: count(event.index.meaning),
  name: text(event.name.meaning),
  issue: Schema.NullOr(count("the issue that it names")),
  competition: Schema.NullOr(count("the match that it names"))
}).annotations({ identifier: "StreamedEvent", description: "An event of the contract, abbreviated" })

/** New blocks were indexed. */
export const Change = Schema.Struct({
  from: block("the first new block"),
  block: block("the last new block, which is also the message's id"),
  time: time("the chain's clock in the last new block"),
  pace,
  topics,
  issues: Schema.Array(count("an issue")).annotations({ description: "issues named by the events" }),
  competitions: Schema.Array(count("a match")).annotations({ description: "matches named by the events" }),
  miners: Schema.Array(account("a hotkey")).annotations({ description: "miners whose rating, money or matches changed" }),
  events: Schema.Array(ChangedEvent)
}).annotations({ identifier: "StreamChange", description: "event: change. New blocks were indexed" })
export type Change = typeof Change.Type

const { columns: play } = tables.plays

const NewPlay = Schema.Struct({
  competition: count("the match"),
  at: time(play.at.meaning),
  repository: text(play.repository.meaning),
  number: count(play.number.meaning),
  hotkey: account(tables.pull_requests.columns.hotkey.meaning),
  kind: Schema.Literal(...GITHUB_PLAYS).annotations({ description: play.kind.meaning })
}).annotations({
  identifier: "StreamedPlay",
  description: "A step of a competitor's pull request that the index has just read, abbreviated"
})

/** Data from GitHub was refreshed. */
export const Refreshed = Schema.Struct({
  topics,
  issues: Schema.Array(count("an issue")).annotations({ description: "issues whose data from GitHub was refreshed" }),
  plays: Schema.Array(NewPlay).annotations({ description: "what is new in matches, oldest first" })
}).annotations({ identifier: "StreamGitHub", description: "event: github. Issues, pull requests or miners were refreshed from GitHub" })
export type Refreshed = typeof Refreshed.Type

/** The client must reload everything. */
export const Reset = Schema.Struct({
  block: Schema.NullOr(block("the newest indexed block")),
  why: text("why the changes cannot be listed")
}).annotations({ identifier: "StreamReset", description: "event: reset. The changes cannot be listed: read everything again" })

/** Heartbeat: the connection is alive, without news. */
const Beat = Schema.Struct({}).annotations({
  identifier: "StreamBeat",
  description: "event: beat. Nothing is new. It comes every 15 seconds: a connection on which nothing comes for longer is broken"
})

/** The stream's messages by event name. */
export const MESSAGES = { hello: Hello, change: Change, github: Refreshed, reset: Reset, beat: Beat } as const

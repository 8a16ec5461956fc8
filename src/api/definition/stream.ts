/** What /v1/stream says: messages of server-sent events, so that a page asks again for what changed, and for nothing else. */
import { Schema } from "effect"
import { account, block, count, text, time } from "./values.ts"

/** What a page shows, by the endpoints that it is read from. */
export const TOPICS = [
  "blocks",
  "calls",
  "competitions",
  "config",
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
export const Topic = Schema.Literal(...TOPICS).annotations({ description: "an endpoint's first word" })
export type Topic = typeof Topic.Type

const topics = Schema.Array(Topic).annotations({ description: "endpoints whose answers may have changed" })

/** The first message of a connection: where the index is. */
export const Hello = Schema.Struct({
  block: Schema.NullOr(block("the newest indexed block; null while there is none")),
  time: Schema.NullOr(time("the chain's clock in it"))
}).annotations({ identifier: "StreamHello", description: "event: hello. The first message of a connection that resumes nothing" })

const ChangedEvent = Schema.Struct({
  block: block("the block"),
  index: count("which of the block's events"),
  name: text("the event's name"),
  issue: Schema.NullOr(count("the issue that it is about")),
  competition: Schema.NullOr(count("the competition that it is about"))
}).annotations({ identifier: "StreamedEvent", description: "An event of the contract, in short" })

/** New blocks were indexed. */
export const Change = Schema.Struct({
  from: block("the first block of these"),
  block: block("the last block of these; the message's id"),
  time: time("the chain's clock in the last"),
  topics,
  issues: Schema.Array(count("an issue")).annotations({ description: "issues that events name" }),
  competitions: Schema.Array(count("a competition")).annotations({ description: "competitions that events name" }),
  miners: Schema.Array(account("a hotkey")).annotations({ description: "miners whose rating, money or competitions changed" }),
  events: Schema.Array(ChangedEvent)
}).annotations({ identifier: "StreamChange", description: "event: change. New blocks were indexed" })
export type Change = typeof Change.Type

/** GitHub was asked again. */
export const Refreshed = Schema.Struct({
  topics,
  issues: Schema.Array(count("an issue")).annotations({ description: "issues that GitHub was asked about" })
}).annotations({ identifier: "StreamGitHub", description: "event: github. GitHub was asked about issues or their pull requests" })
export type Refreshed = typeof Refreshed.Type

/** Everything must be read again. */
export const Reset = Schema.Struct({
  block: Schema.NullOr(block("the newest indexed block")),
  why: text("why what changed can't be told")
}).annotations({ identifier: "StreamReset", description: "event: reset. More changed than can be told: read everything again" })

/** Every message of the stream by its event's name. */
export const MESSAGES = { hello: Hello, change: Change, github: Refreshed, reset: Reset } as const

/** Contracts that deliberately break an invariant, as the invariants see them. Each must be detected, for the right reason. */
import type { AccountAddress } from "../../../../src/domain/Account.ts"
import { amountOf, type Cells, recordOf } from "./cells.ts"
import type { Fork } from "./fork.ts"
import type { Message } from "./invariants.ts"
import type { Stage } from "./stage.ts"

export type Books = Pick<Cells, "field" | "one" | "records">
export type Stakes = Pick<Fork, "stake">

export interface WrongContract {
  /** The expected message of the invariants. */
  readonly noticed: RegExp
  readonly books?: (books: Books) => Books
  readonly stakes?: (stakes: Stakes, books: Books, stage: Stage) => Stakes
  readonly message?: (message: Message) => Message
}

/** Books with one changed value. */
const booksWith = (name: string, change: (value: bigint) => bigint) => (books: Books) => ({
  field: (of: string) => books.field(of),
  records: (of: string) => books.records(of),
  one: (of: string) => (of === name ? change(amountOf(books.one(of))) : books.one(of))
})

/** Changed records of issues, competitions or collaterals. */
const recordsWith = (name: string, change: (record: Readonly<Record<string, unknown>>) => object) => (books: Books) => {
  const field = (of: string) =>
    of === name ? new Map([...books.field(of)].map(([key, value]) => [key, change(recordOf(value))])) : books.field(of)
  return { field, records: (of: string) => [...field(of).values()].map(recordOf), one: (of: string) => books.one(of) }
}

const eventsWith = (tag: string, change: (event: Readonly<Record<string, unknown>>) => object) => (message: Message) => ({
  ...message,
  sent: {
    ...message.sent,
    events: message.sent.events.map(recordOf).map((event) => (event._tag === tag ? change(event) : event))
  }
})

const without = (tag: string) => (message: Message) => ({
  ...message,
  sent: { ...message.sent, events: message.sent.events.filter((event) => recordOf(event)._tag !== tag) }
})

/** The sum of a miner's deposits, if the hotkey is a miner's. */
const depositsBehind = (books: Books, hotkey: AccountAddress): bigint =>
  [...books.field("collaterals")].reduce(
    (sum, [key, value]) => (key.startsWith(`${hotkey}/`) ? sum + amountOf(recordOf(value).deposited) : sum),
    0n
  )

export const wrongContracts: Readonly<Record<string, WrongContract>> = {
  "loses what it recycles": { noticed: /money appeared or vanished/, books: booksWith("recycled", () => 0n) },
  "books each deposit twice": { noticed: /the books were off/, books: booksWith("collateral", (value) => value * 2n) },
  "shows less than it holds": {
    noticed: /^the treasury shows/,
    stakes: (stakes, _, { contract }) => ({
      stake: (hotkey, coldkey) => stakes.stake(hotkey, coldkey) + (coldkey === contract ? 1n : 0n)
    })
  },
  "leaves collateral behind the miner's hotkey": {
    noticed: /is stranded behind/,
    books: booksWith("collateral", () => 0n),
    stakes: (stakes, books, { contract }) => ({
      stake: (hotkey, coldkey) => {
        const held = stakes.stake(hotkey, coldkey)
        if (coldkey !== contract) return held
        const { treasuryHotkey } = recordOf(books.one("config"))
        return hotkey === treasuryHotkey ? held - amountOf(books.one("collateral")) : held + depositsBehind(books, hotkey)
      }
    })
  },
  "hides what it recycles": { noticed: /^free money/, message: eventsWith("Harvested", (event) => ({ ...event, recycled: 0n })) },
  "recycles what has just come free": {
    noticed: /^what came free in block/,
    books: (books) => ({
      ...booksWith("collateral", (value) => value)(books),
      one: (of) => (of === "config" ? { ...recordOf(books.one(of)), recycleAfter: 2_628_000 } : books.one(of))
    })
  },
  "slashes the loser of a match that nobody judged": {
    noticed: /slashed without a verdict/,
    message: eventsWith("CompetitionUnsolved", (event) => ({ ...event, slashA: false, slashB: false }))
  },
  "frees nothing of a cancelled bounty": {
    noticed: /^free money/,
    message: eventsWith("IssueCancelled", (event) => ({ ...event, freed: 0n }))
  },
  "settles votes a block too early": {
    noticed: /^(CompetitionWon|CompetitionUnsolved|CompetitionVoided|IssueCancelled) by/,
    message: (message) => (message.name === "voteOutcome" ? { ...message, block: message.block + 1 } : message)
  },
  "settles another choice": {
    noticed: /^CompetitionWon by/,
    message: eventsWith("CompetitionWon", (event) => ({ ...event, pullRequest: 1 }))
  },
  "pays whom the winner did not name": { noticed: /was paid to/, message: without("PayeeNamed") },
  "notes more than it sees": {
    noticed: /is noted what no look saw/,
    stakes: (stakes, _, { actors }) => ({
      stake: (hotkey, coldkey) =>
        actors.validators.some((one) => one.hotkey === hotkey) ? stakes.stake(hotkey, coldkey) / 2n : stakes.stake(hotkey, coldkey)
    })
  },
  "pays a little more than the bounty": {
    noticed: /was paid/,
    message: eventsWith("BountyPaid", (event) => ({ ...event, amount: amountOf(event.amount) + 1n }))
  },
  "fills an issue with more than its bounty": {
    noticed: /has more than its bounty/,
    books: recordsWith("issues", (issue) => ({ ...issue, funded: amountOf(issue.bounty) + 1n }))
  },
  "locks more than was deposited": {
    noticed: /more locked than deposited/,
    books: recordsWith("collaterals", (entry) => ({ ...entry, locked: amountOf(entry.deposited) + 1n }))
  },
  "locks nothing": {
    noticed: /has (0|nothing) locked instead of/,
    books: recordsWith("collaterals", (entry) => ({ ...entry, locked: 0n }))
  },
  "lets a miner compete with itself": {
    noticed: /competes with itself/,
    message: eventsWith("CompetitionStarted", (event) => ({ ...event, b: event.a }))
  },
  "lets a miner into any number of matches": {
    noticed: /is in \d+ matches/,
    books: (books) => ({
      ...booksWith("collateral", (value) => value)(books),
      one: (of) => (of === "config" ? { ...recordOf(books.one(of)), maxCompetitionsPerMiner: 0 } : books.one(of))
    })
  },
  "decides by one validator's vote": {
    noticed: /^(CompetitionStarted|CompetitionWon|CompetitionUnsolved|CompetitionVoided|IssueCancelled) by/,
    // Only the vote that starts a competition was cast.
    message: (message) => (message.sent.events.length > 1 ? message : { ...message, sent: { ...message.sent, accepted: false } })
  },
  "applies a change against the majority's veto": {
    noticed: /^change \d+ applied against/,
    // The largest validators have no stake, so that a single other veto is a majority.
    stakes: (stakes, _, { actors }) => ({
      stake: (hotkey, coldkey) =>
        actors.validators.slice(0, 2).some((large) => large.hotkey === hotkey) ? 0n : stakes.stake(hotkey, coldkey)
    })
  }
}

/** Databases and events for tests of webhooks. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect, Option, Redacted, Schema } from "effect"
import { Message } from "../../../src/dashboard/webhooks/message.ts"
import type { ConfiguredWebhook } from "../../../src/dashboard/webhooks/webhookFile.ts"
import { runWebhooks, type WebhooksOptions } from "../../../src/dashboard/webhooks/webhooks.ts"
import * as Database from "../../../src/layers/storage/database/Database.ts"
import { ALICE, HEAD } from "../api/seed.ts"
import { freshUrl, placeDatabase, postgresIsAvailable } from "../database/support.ts"
import { folder } from "../folder.ts"

const ORIGIN = { chain: `0x${"1".repeat(64)}`, contract: ALICE, publicUrl: "https://page.example" }

/** The databases' locations. */
export const places = [
  {
    name: "embedded",
    skip: false,
    place: Effect.map(Effect.tap(folder, placeDatabase), (path) => ({ url: Option.none<Redacted.Redacted>(), folder: path }))
  },
  {
    name: "Postgres",
    skip: !postgresIsAvailable,
    place: Effect.map(freshUrl("migrated"), (url) => ({ url: Option.some(Redacted.make(url)), folder: "" }))
  }
]

export type Place = WebhooksOptions["database"]

/** Opens the index's database, with its tables. */
export const opened = (place: Place) => Database.layer(place)
export const migrated = Effect.flatMap(Database.Database, ({ migrate }) => migrate)

export const running = (database: Place, webhooks: ReadonlyArray<ConfiguredWebhook>, more: Partial<WebhooksOptions> = {}) =>
  runWebhooks({ webhooks, origin: ORIGIN, database, toPrivateHosts: true, ...more })

/** The newest block so far, above those of the seed. */
let newest = HEAD

type EventOf = readonly [name: string, fields: object]
export const REGISTERED: EventOf = ["IssueRegistered", { issue: 1, repository: "acme/widgets", number: 42, bounty: "100000000000" }]
export const STARTED: EventOf = ["CompetitionStarted", { competition: 1, issue: 1, a: { hotkey: ALICE } }]
export const PAID: EventOf = ["BountyPaid", { competition: 1, issue: 1, hotkey: ALICE, amount: "100000000000" }]

/** Stores a block with events, now or at another time. Returns its number. */
export const block = (events: ReadonlyArray<EventOf>, { time = new Date(), number = ++newest } = {}) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    yield* sql.withTransaction(
      Effect.gen(function* () {
        yield* sql`INSERT INTO blocks (number, hash, time) VALUES (${number}, ${`0x${number.toString(16).padStart(64, "0")}`}, ${time})`
        for (const [index, [name, fields]] of events.entries())
          yield* sql`INSERT INTO events (block, index, name, fields) VALUES (${number}, ${index}, ${name}, ${JSON.stringify(fields)}::jsonb)`
      })
    )
    return number
  })

export const messageIn = Schema.decodeUnknownSync(Schema.parseJson(Message), { onExcessProperty: "error" })

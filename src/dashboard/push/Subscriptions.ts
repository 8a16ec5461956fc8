/** Browsers that asked for notifications, and of what, in a SQLite file. */
import { Context, Effect, Layer, Schema } from "effect"
import { exitOfStore } from "../../domain/causes.ts"
import { adviceFor, isLasting } from "../../layers/storage/sqlite/sqlite.ts"
import { openStoreFile } from "../../layers/storage/sqlite/storeFile.ts"
import type { Subscription } from "../api/server/push.ts"

export type Target = Pick<Subscription, "endpoint" | "keys">

export class SubscriptionsUnavailable extends Schema.TaggedError<SubscriptionsUnavailable>()("SubscriptionsUnavailable", {
  file: Schema.String,
  code: Schema.String
}) {
  readonly exitCode = exitOfStore(isLasting(this.code))
  override get message() {
    return `the subscriptions for notifications ${this.file} cannot be used (${this.code}): ${adviceFor(this.code)}`
  }
}

export class Subscriptions extends Context.Tag("gittensor/push/Subscriptions")<
  Subscriptions,
  {
    readonly find: (endpoint: string) => Effect.Effect<Target | undefined, SubscriptionsUnavailable>
    readonly count: Effect.Effect<number, SubscriptionsUnavailable>
    /** Keeps it, in place of an earlier one of this endpoint. */
    readonly keep: (subscription: Subscription) => Effect.Effect<void, SubscriptionsUnavailable>
    readonly remove: (endpoint: string) => Effect.Effect<void, SubscriptionsUnavailable>
    /** The subscriptions that watch any of these subjects, such as "issue 7". */
    readonly watching: (abouts: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Target>, SubscriptionsUnavailable>
  }
>() {}

const TABLES = `CREATE TABLE IF NOT EXISTS subscriptions (endpoint TEXT PRIMARY KEY, p256dh TEXT NOT NULL, auth TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS watches (about TEXT NOT NULL, endpoint TEXT NOT NULL, PRIMARY KEY (about, endpoint)) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS watches_of ON watches (endpoint)`

const Row = Schema.Struct({ endpoint: Schema.String, p256dh: Schema.String, auth: Schema.String })
const rows = Schema.decodeUnknownSync(Schema.Array(Row))
const targetOf = ({ endpoint, p256dh, auth }: typeof Row.Type): Target => ({ endpoint, keys: { p256dh, auth } })

export const layer = (file: string) =>
  Layer.scoped(
    Subscriptions,
    Effect.gen(function* () {
      const { database, attempt } = yield* openStoreFile({
        file,
        tables: TABLES,
        failed: ({ code }) => new SubscriptionsUnavailable({ file, code }),
        renew: { name: "the subscriptions for notifications", consequence: "browsers subscribe again when their page is opened" }
      })
      const forget = (endpoint: string) => {
        database.query("DELETE FROM watches WHERE endpoint = ?").run(endpoint)
        database.query("DELETE FROM subscriptions WHERE endpoint = ?").run(endpoint)
      }
      return Subscriptions.of({
        find: (endpoint) =>
          attempt("find", () => rows(database.query("SELECT * FROM subscriptions WHERE endpoint = ?").all(endpoint)).map(targetOf)[0]),
        count: attempt("count", () => Number(database.query("SELECT count(*) FROM subscriptions").values()[0]?.[0])),
        keep: ({ endpoint, keys: { p256dh, auth }, watches }) =>
          attempt("keep", () =>
            database.transaction(() => {
              forget(endpoint)
              database.query("INSERT INTO subscriptions (endpoint, p256dh, auth) VALUES (?, ?, ?)").run(endpoint, p256dh, auth)
              for (const { kind, id } of watches)
                database.query("INSERT OR IGNORE INTO watches (about, endpoint) VALUES (?, ?)").run(`${kind} ${id}`, endpoint)
            })()
          ),
        remove: (endpoint) => attempt("remove", () => database.transaction(() => forget(endpoint))()),
        watching: (abouts) =>
          attempt("watching", () =>
            rows(
              database
                .query(
                  `SELECT DISTINCT s.* FROM watches w JOIN subscriptions s USING (endpoint)
                   WHERE w.about IN (SELECT value FROM json_each(?)) ORDER BY s.endpoint`
                )
                .all(JSON.stringify(abouts))
            ).map(targetOf)
          )
      })
    })
  )

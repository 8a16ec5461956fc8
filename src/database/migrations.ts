/** The numbered migrations, in order. What has been released is never changed; a new one is a new file and a new line here. */
import * as tables from "./migrations/0001_tables.ts"
import * as revertedRatings from "./migrations/0002_reverted_ratings.ts"

export interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
}

export const migrations: ReadonlyArray<Migration> = [
  { number: 1, name: "tables", sql: tables.sql },
  { number: 2, name: "reverted ratings", sql: revertedRatings.sql }
]

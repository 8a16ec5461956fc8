/** News for feeds, and a repository's bounties for its badge. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect } from "effect"
import { type FeedQuery, NEWS, NEWS_KINDS } from "../definition/sharing.ts"
import { newestFirst } from "./cursor.ts"
import { only, page, when } from "./read.ts"
import { type EventRow, eventColumns } from "./records.ts"

/** Entries of a feed. */
const ENTRIES = 50

/** The newest events of the kinds that a feed tells of. */
export const listNews = ({ kind = NEWS_KINDS, repository, hotkey }: typeof FeedQuery.Type) =>
  Effect.flatMap(SqlClient, (sql) =>
    page<EventRow>({
      columns: eventColumns,
      from: "events e",
      where: [
        sql`e.name IN ${sql.in(kind.map((one) => NEWS[one]))}`,
        ...when(
          repository,
          (name) => sql`(e.fields ->> 'issue')::bigint IN (SELECT i.id FROM issues i WHERE lower(i.repository) = lower(${name}))`
        ),
        ...when(
          hotkey,
          (one) =>
            sql`(e.fields ->> 'hotkey' = ${one} OR (e.fields ->> 'competition')::bigint IN (SELECT c.id FROM competitions c WHERE ${one} IN (c.a_hotkey, c.b_hotkey)))`
        )
      ],
      order: newestFirst("news", ["e.block", "integer"], ["e.index", "integer"]),
      paging: { limit: ENTRIES }
    })
  ).pipe(Effect.map(({ items }) => items))

export interface Bounties {
  readonly open: number
  readonly paid: number
}

/** How many bounties a repository has that can still be won, and how many were paid. */
export const bountiesOf = (repository: string) =>
  Effect.flatMap(SqlClient, (sql) =>
    only(
      sql<Bounties>`SELECT count(*) FILTER (WHERE status IN ('Funding', 'Open', 'Competing'))::int AS open,
        count(*) FILTER (WHERE status = 'Paid')::int AS paid FROM issues WHERE lower(repository) = lower(${repository})`
    )
  )

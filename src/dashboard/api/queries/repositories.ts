/** Repositories. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect } from "effect"
import { Repository, type RepositoryQuery } from "../definition/repositories.ts"
import { oldestFirst } from "./cursor.ts"
import { selectOf } from "./expressions.ts"
import { page, when } from "./read.ts"

const columns = selectOf(Repository, "r", {})

export const listRepositories = (query: typeof RepositoryQuery.Type) =>
  Effect.flatMap(SqlClient, (sql) =>
    page<typeof Repository.Encoded>({
      columns,
      from: "repositories r",
      where: when(query.repository, (repository) => sql`r.repository = lower(${repository})`),
      order: oldestFirst("repositories", ["r.repository", "text"]),
      paging: query
    })
  )

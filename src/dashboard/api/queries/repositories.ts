/** Repositories. */
import { Repository, type RepositoryQuery } from "../definition/repositories.ts"
import { oldestFirst } from "./cursor.ts"
import { selectOf } from "./expressions.ts"
import { listBy, when } from "./read.ts"

const columns = selectOf(Repository, "r", {})

export const listRepositories = listBy<typeof Repository.Encoded, typeof RepositoryQuery.Type>((sql, query) => ({
  columns,
  from: "repositories r",
  where: when(query.repository, (repository) => sql`r.repository = lower(${repository})`),
  order: oldestFirst("repositories", ["r.repository", "text"])
}))

/** Reads what the people of one repository chose. */
import { Effect } from "effect"
import type { ConsentRecord } from "../../../domain/consent.ts"
import { type RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import type { Rest } from "../client/rest.ts"
import { type ReadChoices, readChosen } from "./chosen.ts"
import { CHOICES, ChoicesAnswer } from "./queries.ts"

/** What a repository's people chose, with its name today. */
export interface ChosenThere extends ReadChoices, Pick<ConsentRecord, "isArchived" | "repository"> {}

/** null: GitHub shows no such repository. */
export const readChosenThere = (rest: Rest, repository: RepositoryName) =>
  Effect.gen(function* () {
    const { owner, repo: name } = splitRepository(repository)
    const { repository: found } = yield* rest.graphql(`read the choices of ${repository}`, CHOICES, { owner, name }, ChoicesAnswer)
    if (found === null) return null
    const { isArchived, nameWithOwner } = found
    return { repository: nameWithOwner, isArchived, ...(yield* readChosen(rest, nameWithOwner, found)) } satisfies ChosenThere
  })

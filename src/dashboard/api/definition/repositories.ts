/** Repositories, and miners' review burden on their maintainers. */
import { Record, Schema } from "effect"
import { BURDEN_COUNTS, BURDEN_RATIOS } from "../../../domain/burden.ts"
import { tables } from "../../../layers/storage/database/schema/tables.ts"
import { get, group } from "./endpoint.ts"
import { fieldsOf, shaped } from "./fields.ts"
import { paging, phrase, query } from "./parameters.ts"
import { capitalised, count, flag, page, text, time } from "./values.ts"

const BurdenFigures = Schema.Struct({
  ...Record.map(BURDEN_COUNTS, (meaning) => count(meaning)),
  ...Record.map(BURDEN_RATIOS, (meaning) => Schema.NullOr(count(meaning)))
}).annotations({
  identifier: "BurdenFigures",
  description: "Figures of pull requests, without those of bots and of the project's own people"
})

const Burden = Schema.Struct({
  since: time("the time from which on pull requests are counted"),
  isWhole: flag("whether these are all of the last 90 days; false: there are too many, and older ones were not read"),
  unknownAuthors: count("pull requests that are in neither row, because GitHub hides them or their authors"),
  unknownMiners: count("registered miners whose accounts could not be told, so that theirs are among those of others"),
  miners: BurdenFigures,
  others: BurdenFigures
}).annotations({ identifier: "Burden" })

const Choices = Schema.Struct({
  meaning: text("what they mean for bounties, without what is said on single issues or by the roster"),
  files: Schema.Array(
    Schema.Struct({
      repository: text("the repository with the file: this one, or its account's .github"),
      path: text("its path"),
      says: Schema.Array(text("what it says, and what that means"))
    })
  ).annotations({ description: ".gittensor.yml and files like it, as they were read" })
}).annotations({ identifier: "Choices" })

const { columns: repository } = tables.repositories

export const Repository = Schema.Struct({
  ...fieldsOf(repository),
  burden: shaped(repository, "burden", Burden),
  choices: shaped(repository, "choices", Choices)
}).annotations({ identifier: "Repository", description: capitalised(tables.repositories.row) })
export interface Repository extends Schema.Schema.Type<typeof Repository> {}

export const RepositoryQuery = query({
  repository: phrase("only this one: owner/name, case-insensitive"),
  ...paging
})

export const repositories = group("repositories", "Repositories", "Repositories of the roster, and those with a registered issue").add(
  get("repositories", "/repositories", "Repositories with what pull requests ask of their maintainers, by name")
    .setUrlParams(RepositoryQuery)
    .addSuccess(page("RepositoryPage", Repository))
)

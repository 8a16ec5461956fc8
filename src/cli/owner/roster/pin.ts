/** Writes GitHub's ids of repositories into a roster. */
import { FileSystem } from "@effect/platform"
import { Effect, Schema } from "effect"
import { RosterDocument, type RosterRepository } from "../../../domain/Roster.ts"
import { readRoster } from "../../../layers/chain/roster/readRoster.ts"
import { layer as repositoryIds } from "../../../layers/github/RepositoryIds.ts"
import { print } from "../../../layers/machine/terminal/output.ts"
import { type PinnedRepository, pinRoster } from "../../../roles/owner/pinRoster.ts"
import { multiplierOf } from "../../../rules/contributions/labelMultiplier.ts"

export interface PinOptions {
  readonly file: string
  readonly out: string
  readonly json: boolean
}

/** The same rule as for scoring. */
const hasMultiplier = (label: string, settings: RosterRepository) => multiplierOf(label, settings) !== undefined

const encode = Schema.encode(RosterDocument)

const lineOf = ({ name, id, calledNow }: PinnedRepository): ReadonlyArray<string> => {
  if (id === null) return [`  ${name}: GitHub does not show it, so it stays without an id`]
  if (calledNow === null) return [`  ${name}: GitHub does not show the repository of its id ${id}`]
  return calledNow.toLowerCase() === name.toLowerCase() ? [] : [`  ${name}: the repository ${id} is called ${calledNow} now`]
}

export const run = ({ file, out, json }: PinOptions) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const { roster, repositories } = yield* pinRoster(yield* readRoster(file), hasMultiplier)
    yield* files.writeFileString(out, `${JSON.stringify(yield* encode(roster), null, 2)}\n`)
    const withId = repositories.filter(({ id }) => id !== null).length
    yield* print(json, { file: out, repositories }, () => [
      `${withId} of ${repositories.length} repositories have GitHub's id: ${out}`,
      ...repositories.flatMap(lineOf),
      `check it, then sign it with: gittensor owner roster sign ${out}`
    ])
  }).pipe(Effect.provide(repositoryIds))

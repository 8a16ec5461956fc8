/** All validators see the same association of an account with a repository, whatever GitHub shows to their tokens. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import * as Absences from "../../../src/layers/github/Absences.ts"
import { associationIn, everybodysView } from "../../../src/layers/github/associations.ts"
import { makeInMemory } from "../../../src/layers/storage/dataFolder/Watches.ts"

const WIDGETS = RepositoryName.make("acme/widgets")
const ADA = { id: 1, login: "ada" }
const BOB = { id: 2, login: "bob" }

/** GitHub's `author_association` of each account, as a token sees it; undefined: the account wrote nothing. */
type Words = Readonly<Record<number, string | undefined>>

/** A validator whose token sees these associations. */
const validator = (words: Words) =>
  Effect.gen(function* () {
    const world = { words, block: 0, members: new Set<number>() }
    const absences = yield* Absences.make({ watches: yield* makeInMemory, block: Effect.sync(() => world.block) })
    const sources = {
      rest: {
        associations: (_: RepositoryName, login: string) => {
          const user = login === ADA.login ? ADA : BOB
          const association = world.words[user.id]
          return Effect.succeed(Option.some(association === undefined ? [] : [{ author_association: association, user }]))
        }
      },
      publicMembers: () => Effect.sync(() => world.members),
      absences,
      condition: Effect.succeed(null)
    }
    const shown = () => [ADA, BOB].map(({ id }) => ({ account: id, association: world.words[id] ?? "NONE" }))
    const look = (block: number) =>
      Effect.gen(function* () {
        world.block = block
        const view = yield* everybodysView(sources, WIDGETS, shown())
        const inRounds = shown().map(({ account, association }) => view(association, account))
        const asked = yield* Effect.forEach([ADA, BOB], (one) => associationIn(sources, one, WIDGETS))
        assert.deepStrictEqual(asked, inRounds, "rounds and matches see the same")
        return inRounds
      })
    return { world, look }
  })

/** Tokens of a stranger, and of a member, to whom GitHub shows hidden memberships. */
const [STRANGERS, MEMBERS]: readonly [ReadonlyArray<Words>, Words] = [
  [
    { [ADA.id]: "CONTRIBUTOR", [BOB.id]: "NONE" },
    { [ADA.id]: "NONE", [BOB.id]: "FIRST_TIME_CONTRIBUTOR" },
    { [ADA.id]: "CONTRIBUTOR", [BOB.id]: "CONTRIBUTOR" }
  ],
  { [ADA.id]: "MEMBER", [BOB.id]: "NONE" }
]

describe("what an account is to a repository", () => {
  it.effect("is nothing for a member who hides it, whoever asks", () =>
    Effect.gen(function* () {
      for (const words of [...STRANGERS, MEMBERS]) {
        const { look } = yield* validator(words)
        assert.deepStrictEqual(yield* look(100), ["NONE", "NONE"], JSON.stringify(words))
      }
    })
  )

  it.effect("stays what it was for hours after a member begins to hide it, whoever asks", () =>
    Effect.gen(function* () {
      for (const words of [...STRANGERS, MEMBERS]) {
        const { look, world } = yield* validator({ [ADA.id]: "MEMBER", [BOB.id]: "COLLABORATOR" })
        world.members.add(ADA.id)
        assert.deepStrictEqual(yield* look(100), ["MEMBER", "COLLABORATOR"])
        world.members.clear()
        world.words = words
        for (let hour = 0; hour < 6; hour++)
          assert.deepStrictEqual(yield* look(400 + 300 * hour), ["MEMBER", "COLLABORATOR"], `${JSON.stringify(words)}, hour ${hour}`)
        assert.deepStrictEqual(yield* look(400 + 300 * 6), ["NONE", "NONE"], JSON.stringify(words))
      }
    })
  )
})

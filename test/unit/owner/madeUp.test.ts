/** Signs of a fabricated repository: each by itself, and none for a real one. */
import { assert, describe, it } from "@effect/vitest"
import type { RepositoryFacts } from "../../../src/layers/github/GitHub.ts"
import { signsOf } from "../../../src/roles/owner/rules/madeUp.ts"

const NOW = Date.UTC(2026, 10, 28)
const DAY = 86_400_000
const real: RepositoryFacts = {
  createdAt: NOW - 400 * DAY,
  stars: 50_000,
  ownerId: 1,
  onlyFor: null,
  issueAuthors: [1, 2, 3, 4, 5],
  commitAuthors: [1, 1, 1, 1, 2]
}

describe("signs of a made-up repository", () => {
  it("are age, stars, who wrote its issues, and who wrote its commits", () => {
    const cases: ReadonlyArray<readonly [Partial<RepositoryFacts>, ReadonlyArray<string>]> = [
      [{}, []],
      [{ createdAt: NOW - 60_000 }, ["it is 0 days old"]],
      [{ createdAt: NOW - 89 * DAY }, ["it is 89 days old"]],
      [{ createdAt: NOW - 90 * DAY }, []],
      [{ stars: 9 }, ["it has 9 stars"]],
      [{ stars: 10 }, []],
      [{ issueAuthors: [1, 1, 1, 1, 1] }, ["its owner wrote all of its newest 5 issues"]],
      [{ issueAuthors: [2, 2, 2, 2, 2] }, []],
      [{ issueAuthors: [1, 1, 1, 1] }, []],
      [{ commitAuthors: [2, 2, 2, 2, 2, 2] }, ["one account wrote all of its newest 6 commits"]],
      [{ commitAuthors: [null, null, null, null, null] }, []],
      [{ createdAt: undefined, stars: undefined }, []]
    ]
    for (const [change, signs] of cases) assert.deepStrictEqual(signsOf({ ...real, ...change }, NOW), signs)
  })
})

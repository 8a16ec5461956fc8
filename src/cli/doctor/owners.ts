/** Checks whether owners of the roster's repositories block a token: what no token can read cannot be scored. */
import { Array as Arrays, Effect, type Redacted, Schema } from "effect"
import { RepositoryName, splitRepository } from "../../domain/IssueRef.ts"
import { Envelope } from "../../layers/github/client/graphql.ts"
import { askWith } from "../../layers/github/client/tokenRequest.ts"
import { GitHubUnavailable } from "../../layers/github/errors.ts"
import { gitHubSettings } from "../../layers/github/settings.ts"
import { jsonOf } from "../../layers/machine/http/boundedAnswer.ts"
import { ok, skipped, warning, wrong } from "./Check.ts"

/** Repositories per query, which costs one point of the rate limit. */
const AT_ONCE = 100

const operation = "ask which repositories a token may read"

/** One repository per owner, by owner. */
const oneOfEach = (names: ReadonlyArray<string>): ReadonlyMap<string, string> => {
  const repositories = names.filter(Schema.is(RepositoryName)).map((name) => ({ name, owner: splitRepository(name).owner.toLowerCase() }))
  return new Map(repositories.map(({ name, owner }) => [owner, name]))
}

const queryFor = (names: ReadonlyArray<string>): string => {
  const fields = names.map((name, index) => {
    const [owner, repository] = name.split("/")
    return `r${index}: repository(owner: ${JSON.stringify(owner)}, name: ${JSON.stringify(repository)}) { id }`
  })
  return JSON.stringify({ query: `{ ${fields.join(" ")} }` })
}

/** GitHub's errors for owners that block a token. */
const refusedTo = (url: string, token: Redacted.Redacted, owners: ReadonlyMap<string, string>) =>
  Effect.map(
    Effect.forEach(Arrays.chunksOf([...owners], AT_ONCE), (some) =>
      Effect.gen(function* () {
        const answer = yield* askWith({ url }, "/graphql", token, queryFor(some.map(([, name]) => name)))
        const { status } = answer
        const { data, errors = [] } = status === 200 ? yield* jsonOf(Envelope)(answer) : {}
        if (data === undefined || data === null)
          return yield* new GitHubUnavailable({ operation, status, why: errors[0]?.message ?? "it answers without data" })
        return errors.flatMap(({ message, path: [place] = [], type }): ReadonlyArray<readonly [string, string]> => {
          const owner = type === "FORBIDDEN" ? some[Number(String(place).slice(1))]?.[0] : undefined
          return owner === undefined ? [] : [[owner, message]]
        })
      })
    ),
    (parts) => new Map(parts.flat())
  )

/** How many owners are named. */
const OWNERS_NAMED = 3

/** The owners of repositories that block the tokens. */
export const ownersResult = Effect.fn("doctor.owners")(function* (repositories: ReadonlyArray<string>) {
  const { url, tokens } = yield* gitHubSettings
  const owners = oneOfEach(repositories)
  if (tokens.length === 0 || owners.size === 0) return skipped("no token or no repository to ask for")
  const refused = yield* Effect.forEach(tokens, (token) => refusedTo(url, token, owners), { concurrency: 8 })
  const kept = [...owners.keys()].flatMap((owner) => {
    const slots = refused.flatMap((by, slot) => (by.has(owner) ? [slot] : []))
    const why = slots.length === 0 ? undefined : refused[slots[0] ?? 0]?.get(owner)
    return why === undefined ? [] : [{ owner, slots, why }]
  })
  if (kept.length === 0)
    return ok(`GitHub shows ${tokens.length === 1 ? "the token" : "each token"} what belongs to the ${owners.size} owners in the roster`)
  const unread = kept.filter(({ slots }) => slots.length === tokens.length)
  const worst = unread.length > 0 ? unread : kept
  const words = worst
    .slice(0, OWNERS_NAMED)
    .map(({ owner, slots, why }) => `${owner} from token ${slots.map((slot) => slot + 1).join(", ")}: ${why}`)
  const number = worst.length === 1 ? "an owner" : `${worst.length} owners`
  const detail = `GitHub keeps what belongs to ${number} in the roster from ${unread.length > 0 ? "all" : "some"} tokens (${words.join("; ")})`
  return unread.length > 0
    ? wrong(
        detail,
        "use a token of an account that the owner keeps nothing from, such as one outside of the organization; until then these repositories keep their last scores"
      )
    : warning(detail, "the other tokens are asked; a token of an account outside of the organization has no such limits")
})

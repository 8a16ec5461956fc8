/** The authors of a set of facts as accounts of the stand-in: one account for each identity, with its own id and login. */
import { createHash } from "node:crypto"
import { type FactAuthor, identityOf, type PullRequestFact } from "./GitHubFacts.ts"

/**
 * Ids for authors whose id the data hides lie in [2,000,000,000, 2,147,483,647): above every id that GitHub had assigned by the time of writing
 * (about 300 million), and within GraphQL's 31 bits.
 */
const MADE_UP_IDS = { from: 2_000_000_000, until: 2_147_483_647 } as const

export interface Contributor {
  /** The key from `identityOf`. */
  readonly identity: string
  /** The account's id; made up (in MADE_UP_IDS) where the data has none. */
  readonly id: number
  /** Its login on the stand-in: `name`, with the id appended if another account has that login. */
  readonly login: string
  /** The login of the account's newest pull request in the data. */
  readonly name: string
}

/** An id in MADE_UP_IDS derived from the name, or the next free id after it. */
export const madeUpId = (name: string, taken: (id: number) => boolean): number => {
  const size = MADE_UP_IDS.until - MADE_UP_IDS.from
  const start = createHash("sha256").update(name.toLowerCase()).digest().readUInt32BE(0) % size
  let offset = start
  while (taken(MADE_UP_IDS.from + offset)) offset = (offset + 1) % size
  return MADE_UP_IDS.from + offset
}

/** The login itself; with the id appended, repeatedly if necessary, when it is `taken` (lower case). */
const freeLogin = (login: string, id: number, taken: ReadonlySet<string>): string =>
  taken.has(login.toLowerCase()) ? freeLogin(`${login}-${id}`, id, taken) : login

export interface Contributors {
  readonly all: ReadonlyArray<Contributor>
  readonly of: (author: FactAuthor) => Contributor
}

/**
 * The contributors of facts, by login. A login without an id belongs to the account that the same login names with an id. Where two accounts had the
 * same login at different times, the latest account keeps it and the other's login gets its id appended.
 */
export const contributorsOf = (facts: ReadonlyArray<PullRequestFact>): Contributors => {
  const newestFirst = facts.toSorted((a, b) => b.authored_at - a.authored_at || (a.author.login < b.author.login ? -1 : 1))
  const idOfLogin = new Map<string, FactAuthor>()
  for (const { author } of newestFirst) {
    const login = author.login.toLowerCase()
    if (author.id !== null && !idOfLogin.has(login)) idOfLogin.set(login, author)
  }
  const withId = (author: FactAuthor) => (author.id === null ? (idOfLogin.get(author.login.toLowerCase()) ?? author) : author)

  const newest = new Map<string, FactAuthor>()
  for (const { author } of newestFirst) {
    const known = withId(author)
    if (!newest.has(identityOf(known))) newest.set(identityOf(known), known)
  }
  const ids = new Set([...newest.values()].flatMap((author) => author.id ?? []))
  const logins = new Set<string>()
  const byIdentity = new Map<string, Contributor>()
  for (const [identity, author] of newest) {
    const id = author.id ?? madeUpId(author.login, (candidate) => ids.has(candidate))
    ids.add(id)
    const login = freeLogin(author.login, id, logins)
    logins.add(login.toLowerCase())
    byIdentity.set(identity, { identity, id, login, name: author.login })
  }
  return {
    all: [...byIdentity.values()].toSorted((a, b) => (a.login.toLowerCase() < b.login.toLowerCase() ? -1 : 1)),
    of: (author) => {
      const contributor = byIdentity.get(identityOf(withId(author)))
      if (contributor === undefined) throw new RangeError(`${author.login} is not an author of these facts`)
      return contributor
    }
  }
}

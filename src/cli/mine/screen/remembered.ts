/** What the last screen showed, for the next one to show while it connects. Nothing can be chosen in it. */
import { Schema } from "effect"
import { AccountAddress } from "../../../domain/Account.ts"
import type { Board } from "./board.ts"
import { type KnownTexts, nothingKnown } from "./gitHub.ts"

/** The most that is kept: rows, characters of a text, and entries of a map. */
export const MOST = { rows: 200, characters: 500, entries: 1_000 }

const Text = Schema.String.pipe(Schema.maxLength(MOST.characters))
const mapOf = <Key, EncodedKey, Value, EncodedValue>(key: Schema.Schema<Key, EncodedKey>, value: Schema.Schema<Value, EncodedValue>) =>
  Schema.ReadonlyMap({ key, value }).pipe(Schema.filter(({ size }) => size <= MOST.entries))

export const Remembered = Schema.Struct({
  /** The chain's first block, by which it is recognised once it answers. */
  genesis: Schema.String,
  /** When it was news, in milliseconds since 1970, by this machine's clock. */
  at: Schema.Finite,
  /** The list of issues below its title, without styles. */
  list: Schema.Array(Text).pipe(Schema.maxItems(MOST.rows)),
  /** As in `KnownTexts`. */
  titles: mapOf(Schema.Int, Text),
  accounts: mapOf(AccountAddress, Schema.Int),
  logins: mapOf(Schema.Int, Text)
})
export type Remembered = typeof Remembered.Type

/** What is known when the chain has answered, and GitHub has not. */
export const rememberedTexts = ({ titles, accounts, logins }: Remembered): KnownTexts => ({ ...nothingKnown, titles, accounts, logins })

/** The news, with what was remembered where they say nothing yet. What they replace is forgotten; null: all of it. */
export const withRemembered = (
  news: KnownTexts,
  remembered: Remembered | null,
  board: Board | null
): { readonly known: KnownTexts; readonly remembered: Remembered | null } => {
  if (remembered === null) return { known: news, remembered }
  const isListed = (issue: number) => board?.issues.some(({ id }) => id === issue) === true
  const accounts = new Set(news.accounts.values())
  const titles = new Map([...remembered.titles].filter(([issue]) => isListed(issue) && !news.titles.has(issue)))
  const logins = new Map([...remembered.logins].filter(([account]) => accounts.has(account) && !news.logins.has(account)))
  return {
    known: { ...news, titles: new Map([...titles, ...news.titles]), logins: new Map([...logins, ...news.logins]) },
    remembered: titles.size + logins.size === 0 ? null : { ...remembered, titles, logins }
  }
}

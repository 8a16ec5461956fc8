/** Records each hotkey's links to GitHub accounts over time. Only the newest commitment counts; one without a link ends the link. */
import { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import { Effect, Option } from "effect"
import { linkOf as committedLink, type SlotFields } from "../../domain/CommitmentSlot.ts"
import { given, insert } from "./rows.ts"

export interface Committed {
  readonly hotkey: string
  readonly block: number
  readonly fields: SlotFields
}

type Link = {
  readonly hotkey: string
  readonly linked_at: number
  readonly account: number | null
  readonly gist: string | null
}

const linkOf = ({ hotkey, block, fields }: Committed): Link =>
  Option.match(committedLink(fields), {
    onNone: () => ({ hotkey, linked_at: block, account: null, gist: null }),
    onSome: ({ account, gist }) => ({ hotkey, linked_at: block, account, gist })
  })

/** A hotkey's other texts share its commitment, so an unchanged link is committed again with each change of those. */
const isSame = (a: Link, b: Link) => a.account === b.account && a.gist === b.gist

/** The rows that these commitments add to the known links. */
const addedLinks = (known: ReadonlyArray<Link>, commitments: ReadonlyArray<Committed>) => {
  const newest = new Map(known.map((link) => [link.hotkey, link]))
  const rows = new Map<string, Link>()
  for (const link of commitments.map(linkOf)) {
    const before = newest.get(link.hotkey)
    if (before === undefined ? link.account === null : link.linked_at < before.linked_at || isSame(link, before)) continue
    newest.set(link.hotkey, link)
    rows.set(`${link.hotkey} ${link.linked_at}`, link)
  }
  return [...rows.values()]
}

/**
 * Records commitments in chronological order. Known ones change nothing. A new link makes the miner due for a refresh from GitHub.
 */
export const recordLinks = (commitments: ReadonlyArray<Committed>): Effect.Effect<void, SqlError, SqlClient> =>
  Effect.gen(function* () {
    if (commitments.length === 0) return
    const sql = yield* SqlClient
    const hotkeys = [...new Set(commitments.map(({ hotkey }) => hotkey))]
    const known = yield* sql<Link>`
      SELECT DISTINCT ON (hotkey) hotkey, linked_at, account, gist FROM github_links
      WHERE hotkey IN (SELECT jsonb_array_elements_text(${JSON.stringify(hotkeys)}::jsonb)) ORDER BY hotkey, linked_at DESC`
    const rows = addedLinks(known, commitments)
    if (rows.length === 0) return
    yield* sql`
      INSERT INTO miners (hotkey, first_seen_at)
      SELECT hotkey, min(linked_at) FROM ${given(sql, "github_links", rows)} AS link GROUP BY hotkey
      ON CONFLICT (hotkey) DO NOTHING`
    yield* insert("github_links", rows, ["hotkey", "linked_at"])
    yield* sql`
      UPDATE miners SET
        github_account = newest.account,
        github_login = CASE WHEN github_account = newest.account THEN github_login END,
        github_avatar = CASE WHEN github_account = newest.account THEN github_avatar END,
        github_proven = NULL,
        github_seen_at = NULL
      FROM (
        SELECT DISTINCT ON (hotkey) hotkey, account FROM ${given(sql, "github_links", rows)} AS link ORDER BY hotkey, linked_at DESC
      ) AS newest
      WHERE miners.hotkey = newest.hotkey`
  })

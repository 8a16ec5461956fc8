/** /llms.txt: how the subnet works and where its data is, as Markdown for language models (https://llmstxt.org). */
import { Effect, Option } from "effect"
import { type GuideFigures, type GuidePiece, guideOf, type PaidMatch } from "../../../story/guide.ts"
import { escapeMarkdown } from "../../../story/markdown.ts"
import { minerName } from "../../../story/names.ts"
import { config } from "../queries/chain.ts"
import { listPayouts } from "../queries/money.ts"
import { findMatch } from "./match.ts"

const latestPaid = Effect.gen(function* () {
  const { items } = yield* listPayouts({ limit: 1 })
  const [payout] = items
  const found = payout === undefined ? Option.none() : yield* findMatch(payout.competition)
  if (payout === undefined || Option.isNone(found)) return null
  const { id, a, b, winner, pullRequest, issue } = found.value.competition
  const [best, other] = winner === "b" ? [b, a] : [a, b]
  return { id, winner: minerName(best), loser: minerName(other), pullRequest, amount: payout.amount, issue } satisfies PaidMatch
})

const pieceAt =
  (origin: string) =>
  (piece: GuidePiece): string => {
    if (typeof piece === "string") return escapeMarkdown(piece)
    const { text, from } = piece
    if (from === "rules") return escapeMarkdown(text)
    return `[${escapeMarkdown(text)}](${from === "settings" ? `${origin}/v1/config` : from.startsWith("/") ? `${origin}${from}` : from})`
  }

const forPrograms = (origin: string): string => `## For programs

- [OpenAPI description](${origin}/openapi.json) of the read-only JSON API, and the same [for people](${origin}/docs). No key is needed.
- [Issues](${origin}/v1/issues), [matches](${origin}/v1/competitions), [miners](${origin}/v1/miners), [leaderboard](${origin}/v1/leaderboard), [events](${origin}/v1/events) and [settings](${origin}/v1/config). Lists are paged: send \`next\` as \`cursor\`.
- Every list as CSV: its path with \`.csv\` behind it, such as [payments](${origin}/v1/payouts.csv).
- [News as an Atom feed](${origin}/feed.atom), and [changes as they happen](${origin}/v1/stream) (server-sent events).
- Amounts are whole rao (10⁻⁹ α) as decimal strings. Times come with their block.
`

export const llmsText = (origin: string, pace: GuideFigures["pace"]) =>
  Effect.gen(function* () {
    const [settings, paid] = yield* Effect.all([config, latestPaid])
    const written = pieceAt(origin)
    const sections = guideOf({ config: settings.config, contact: settings.contact, pace, paid }).map(
      ({ title, paragraphs }) => `## ${title}\n\n${paragraphs.map((pieces) => pieces.map(written).join("")).join("\n\n")}\n`
    )
    return [
      "# Gittensor\n",
      "> Open-source issues with a bounty, and the two miners who compete for each. A Bittensor subnet.\n",
      ...sections,
      forPrograms(origin)
    ].join("\n")
  })

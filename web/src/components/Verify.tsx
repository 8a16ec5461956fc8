import { CHECK } from "../../../src/dashboard/api/definition/pages.ts"
import { claimsOf } from "../../../src/story/claims.ts"
import type { CompetitionDetail } from "../api/types.ts"
import { fileAddress } from "../exported/place.ts"

interface Props {
  readonly competition: CompetitionDetail
}

/** Opens the check of a match that has ended: against the chain, without this server. Nothing while it runs. */
export const VerifyLink = ({ competition }: Props) => {
  const claims = claimsOf(competition)
  if (claims === undefined) return null
  return (
    <a href={`${fileAddress(CHECK)}#${encodeURIComponent(JSON.stringify(claims))}`} target="_blank" rel="noreferrer">
      Verify this match
    </a>
  )
}

/** What that check is, and how to do it without this page. */
export const Verify = ({ competition }: Props) => {
  const claims = claimsOf(competition)
  if (claims === undefined) return null
  return (
    <p className="muted">
      <VerifyLink competition={competition} /> computes in your browser, from the chain alone, what this page says of it. On your own
      machine:{" "}
      <a href={`data:application/json,${encodeURIComponent(JSON.stringify(claims))}`} download={`match-${competition.id}.json`}>
        save it
      </a>
      , then <code>gittensor audit --match {competition.id} FILE</code>
    </p>
  )
}

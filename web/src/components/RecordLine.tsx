import { wholeNumber } from "../format/amount.ts"

interface Props {
  readonly won: number
  readonly lost: number
  readonly expired: number
}

/** Competitions won, lost, and those that nobody solved in time. */
export const RecordLine = ({ won, lost, expired }: Props) => (
  <span className="record" title={`${won} won, ${lost} lost, ${expired} expired`}>
    <span className="plus">{wholeNumber(won)}</span>
    <span className="hidden"> won, </span>
    <span aria-hidden="true"> / </span>
    <span className="minus">{wholeNumber(lost)}</span>
    <span className="hidden"> lost, </span>
    <span aria-hidden="true"> / </span>
    <span className="muted">{wholeNumber(expired)}</span>
    <span className="hidden"> expired</span>
  </span>
)

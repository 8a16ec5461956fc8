import { type Run, streakOf } from "../../../src/story/results.ts"

type Result = "won" | "lost" | "expired"

const LETTERS: Readonly<Record<Result, string>> = { won: "W", lost: "L", expired: "E" }

/** A miner's current run of wins or losses, if there is one. */
export const Streak = ({ of }: { readonly of: Run }) => {
  const streak = streakOf(of)
  return streak === undefined ? null : (
    <span className="streak" data-result={of.form[0]}>
      {streak}
    </span>
  )
}

/** The results of a miner's last competitions, newest first. */
export const Form = ({ results }: { readonly results: ReadonlyArray<Result> }) =>
  results.length === 0 ? (
    <span className="muted">no matches yet</span>
  ) : (
    <ol className="form" aria-label={`Form, newest first: ${results.join(", ")}`}>
      {results.map((result, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a place in the form is what an item is
        <li key={index} data-result={result} title={result}>
          <span aria-hidden="true">{LETTERS[result]}</span>
        </li>
      ))}
    </ol>
  )

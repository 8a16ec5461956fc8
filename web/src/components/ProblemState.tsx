import type { Problem } from "../api/ask.ts"

interface Props {
  readonly title: string
  readonly message: string
  readonly advice: string
  readonly action?: { readonly label: string; readonly act: () => void }
}

/** An error: what happened and what to do. */
export const ProblemState = ({ title, message, advice, action }: Props) => (
  <div className="state" data-kind="problem" role="alert">
    <h2>{title}</h2>
    <p>{message}</p>
    <p className="muted">{advice}</p>
    {action === undefined ? null : (
      <button type="button" onClick={action.act}>
        {action.label}
      </button>
    )}
  </div>
)

const TITLES: Readonly<Record<Problem["kind"], string>> = {
  unreachable: "The server cannot be reached",
  missing: "Not found",
  refused: "Invalid request",
  busy: "The server is busy",
  broken: "The server reported an error"
}

/** The same for a problem with the API. */
export const ApiProblem = ({ problem, again }: { readonly problem: Problem; readonly again: () => void }) => (
  <ProblemState
    title={TITLES[problem.kind]}
    message={problem.message}
    advice={problem.advice}
    {...(problem.kind === "refused" ? {} : { action: { label: "Ask again", act: again } })}
  />
)

import type { Repository } from "../api/types.ts"
import { When } from "./Values.tsx"

/** What the repository's people chose: what was read, from where, and what it means. */
export const Chosen = ({ choices, choicesAt }: Pick<Repository, "choices" | "choicesAt">) =>
  choices === null || choicesAt === null ? (
    <p className="muted">What its files say about bounties is unknown: GitHub did not show it yet.</p>
  ) : (
    <>
      <p>
        {choices.meaning}. Read on <When at={{ block: null, time: choicesAt }} as="time" />
        {choices.files.length === 0 ? ": it has no .gittensor.yml, nor a file like it." : ":"}
      </p>
      <ul>
        {choices.files.map(({ path, repository, says }) => (
          <li key={`${repository}/${path}`}>
            {path} in {repository}: {says.join("; ")}
          </li>
        ))}
      </ul>
    </>
  )

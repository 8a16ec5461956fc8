/** The choices of a repository's maintainers, read from the root of its default branch. Pure. */

import type { Chosen } from "../../../domain/github/ConsentAnswers.ts"
import { CHOICES_FILE, NO_CHOICES, type RepositoryChoices, readChoices } from "../../../domain/repositoryChoices.ts"
import { provesAbsence } from "./provedAbsence.ts"

/** null if GitHub shows no file and does not prove that there is none. */
export const choicesOf = ({ choices, root }: Chosen): RepositoryChoices | null => {
  if (choices !== null) return readChoices(choices.isTruncated === true ? null : (choices.text ?? null))
  return provesAbsence(root, CHOICES_FILE) ? NO_CHOICES : null
}

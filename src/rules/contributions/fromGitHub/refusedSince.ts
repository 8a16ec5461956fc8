/** Since when a file has refused bounties, from its versions. Pure. */
import { readChoices } from "../../../domain/repositoryChoices.ts"

/** A version of a file: when it was committed, and its text; null: it is no text; undefined: there is no file any more. */
export interface FileVersion {
  readonly at: number
  readonly text: string | null | undefined
}

const refuses = ({ text }: FileVersion): boolean => text !== undefined && readChoices(text).bounties === false

/** When the newest versions that refuse began: a later change of another line does not begin anew. `versions`: newest first. null: the newest does not. */
export const refusedSinceIn = (versions: ReadonlyArray<FileVersion>): number | null => {
  const [newest] = versions
  if (newest === undefined || !refuses(newest)) return null
  const last = versions.findIndex((one) => !refuses(one))
  return versions[(last === -1 ? versions.length : last) - 1]?.at ?? null
}

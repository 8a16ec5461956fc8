/** The choices of a repository's maintainers, read from the root of its default branch. Pure. */
import { createHash } from "node:crypto"
import type { Chosen, Root } from "../../../domain/github/ConsentAnswers.ts"
import { CHOICES_FILE, NO_CHOICES, type RepositoryChoices, readChoices } from "../../../domain/repositoryChoices.ts"

interface Entry {
  readonly mode: string
  readonly name: Buffer
  readonly oid: Buffer
}

const FOLDER = "40000"

/** Git sorts a folder as if its name ended with a slash. */
const sortName = ({ mode, name }: Entry): Buffer => (mode === FOLDER ? Buffer.concat([name, Buffer.from("/")]) : name)

const hashOf = (entries: ReadonlyArray<Entry>): string => {
  const sorted = entries.toSorted((one, other) => Buffer.compare(sortName(one), sortName(other)))
  const bytes = Buffer.concat(sorted.flatMap(({ mode, name, oid }) => [Buffer.from(`${mode} `), name, Buffer.of(0), oid]))
  return createHash("sha1").update(`tree ${bytes.length}\0`).update(bytes).digest("hex")
}

/**
 * Whether a root tree that GitHub shows is complete and lacks `file`. A tree's id is the hash of its entries
 * (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects), so an incomplete list has another hash.
 */
export const provesAbsence = (root: Root | null | undefined, file: string): boolean => {
  if (root?.oid === undefined || root.entries == null) return false
  const entries = root.entries.map(({ mode, nameRaw, oid }) => ({
    mode: mode.toString(8),
    name: Buffer.from(nameRaw, "base64"),
    oid: Buffer.from(oid, "hex")
  }))
  return !entries.some(({ name }) => name.equals(Buffer.from(file))) && hashOf(entries) === root.oid
}

/** null if GitHub shows no file and does not prove that there is none. */
export const choicesOf = ({ choices, root }: Chosen): RepositoryChoices | null => {
  if (choices !== null) return readChoices(choices.isTruncated === true ? null : (choices.text ?? null))
  return provesAbsence(root, CHOICES_FILE) ? NO_CHOICES : null
}

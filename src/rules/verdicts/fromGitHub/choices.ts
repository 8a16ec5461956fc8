/** The choices of a repository's maintainers, read from the root of its default branch. Pure. */
import { createHash } from "node:crypto"
import type { Chosen, Root, Trees } from "../../../domain/github/ConsentAnswers.ts"
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

const entriesOf = (tree: Root | null | undefined): ReadonlyArray<Entry> =>
  (tree?.entries ?? []).map(({ mode, nameRaw, oid }) => ({
    mode: mode.toString(8),
    name: Buffer.from(nameRaw, "base64"),
    oid: Buffer.from(oid, "hex")
  }))

/**
 * Whether GitHub shows the whole of a tree. A tree's id is the hash of its entries (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects), so an
 * incomplete list has another hash.
 */
const isWhole = (tree: Root | null | undefined): boolean =>
  tree?.oid !== undefined && tree.entries != null && hashOf(entriesOf(tree)) === tree.oid

/** Whether a root tree that GitHub shows is complete and lacks `file`. */
export const provesAbsence = (root: Root | null | undefined, file: string): boolean =>
  isWhole(root) && !entriesOf(root).some(({ name }) => name.equals(Buffer.from(file)))

/** null if GitHub shows no file and does not prove that there is none. */
export const choicesOf = ({ choices, root }: Pick<Chosen, "choices" | "root">): RepositoryChoices | null => {
  if (choices !== null) return readChoices(choices.isTruncated === true ? null : (choices.text ?? null))
  return provesAbsence(root, CHOICES_FILE) ? NO_CHOICES : null
}

/** Names under which maintainers may have put the file. In `.github`, files of others have no dot. */
const AT_ROOT = /^\.gittensor\.ya?ml$/i
const IN_FOLDER = /^\.?gittensor\.ya?ml$/i
const GITHUB_FOLDER = ".github"

const likeNames = (tree: Root | null | undefined, name: RegExp, before = ""): ReadonlyArray<string> =>
  entriesOf(tree).flatMap((entry) => (name.test(entry.name.toString()) ? [`${before}${entry.name}`] : []))

/** The paths of all files with such a name; null: GitHub does not prove that it shows them all. */
export const likePathsIn = ({ folder, root }: Trees): ReadonlyArray<string> | null => {
  const known = entriesOf(root).find(({ mode, name }) => mode === FOLDER && name.toString() === GITHUB_FOLDER)
  if (!isWhole(root) || (known !== undefined && !(isWhole(folder) && folder?.oid === known.oid.toString("hex")))) return null
  return [...likeNames(root, AT_ROOT), ...(known === undefined ? [] : likeNames(folder, IN_FOLDER, `${GITHUB_FOLDER}/`))]
}

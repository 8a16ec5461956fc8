/** Converts between views and their addresses. */
import { PAGES, type PageName } from "../../../src/dashboard/api/definition/pages.ts"
import type { GuideId } from "../../../src/story/guide.ts"

export type Parameters = Readonly<Record<string, string>>

/** A view receives the parameters of its address. */
export interface ViewProps {
  readonly parameters: Parameters
}

type NamesIn<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | NamesIn<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never

/** The address of a view: `addressOf("issue", { id: 7 })`. */
export const pageAddress = <Name extends PageName>(
  name: Name,
  ...[parameters]: NamesIn<(typeof PAGES)[Name]> extends never ? [] : [{ readonly [Key in NamesIn<(typeof PAGES)[Name]>]: string | number }]
): string => {
  const values: Readonly<Record<string, string | number>> = parameters ?? {}
  return PAGES[name].replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(values[key] ?? ""))
}

/** The address of a repository's view, by its name on GitHub. */
export const repositoryAddress = (repository: string): string => {
  const [owner = "", name = ""] = repository.split("/")
  return pageAddress("repository", { owner, name })
}

export const guideAddress = (part: GuideId): string => `${PAGES.howItWorks}?part=${part}`

export interface FoundView {
  readonly name: PageName
  readonly parameters: Parameters
}

const isPageName = (name: string): name is PageName => Object.hasOwn(PAGES, name)

const patterns = Object.keys(PAGES)
  .filter(isPageName)
  .map((name) => ({ name, parts: PAGES[name].split("/") }))

/** Decodes a part of an address; returns it unchanged if it cannot be decoded. */
const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

export const findPage = (path: string): FoundView | undefined => {
  const given = (path.length > 1 ? path.replace(/\/$/, "") : path).split("/")
  for (const { name, parts } of patterns) {
    if (parts.length !== given.length) continue
    if (!parts.every((part, index) => part === given[index] || (part.startsWith(":") && given[index] !== ""))) continue
    const entries = parts.flatMap((part, index) => (part.startsWith(":") ? [[part.slice(1), decoded(given[index] ?? "")]] : []))
    return { name, parameters: Object.fromEntries(entries) }
  }
  return undefined
}

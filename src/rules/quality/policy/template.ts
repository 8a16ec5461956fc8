/** What a description lacks of a pull request template. */
import { type PolicyText, shortenedFile } from "./policyFiles.ts"

interface Section {
  /** "" for the part before the first heading. */
  readonly heading: string
  /** The number of "#"; 0 for the part before the first heading, and for bold text as a heading. */
  readonly level: number
  /** Without HTML comments, which GitHub does not render. */
  readonly body: string
  readonly boxes: number
  readonly ticked: number
  /** Whether the template marks the section as optional, or it has nothing to fill in. */
  readonly isOptional: boolean
}

/** Letters and digits of a text in lower case, for comparing texts regardless of spaces and punctuation. */
const key = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "")

const OPTIONAL_WORDS = /\b(?:optional|if (?:any|applicable|needed|necessary|relevant|appropriate)|remove this|delete this|discard|N\/A)\b/i
const TERMS = /\b(?:licen[cs]e|agree|certify|CLA|DCO)\b/i
const BOX = /^[\s>]*(?:[-*+]|\d{1,3}[.)])\s+\[([ xX])\]/
const HEADING = /^#{1,6}[ \t]/
const BOLD = /^\*\*[^*]/

const withoutComments = (text: string): string => {
  const parts = text.split("<!--")
  return [parts[0], ...parts.slice(1).map((part) => (part.includes("-->") ? part.slice(part.indexOf("-->") + 3) : ""))].join("")
}

/** Splits a text into sections. A "#" in a comment begins none. */
const sectionsOf = (text: string): ReadonlyArray<Section> => {
  const whole = shortenedFile(text)
  const begins = whole.split("\n").some((line) => HEADING.test(line)) ? HEADING : BOLD
  const found: Array<{ heading: string; level: number; lines: Array<string> }> = [{ heading: "", level: 0, lines: [] }]
  let isComment = false
  for (const line of whole.split("\n")) {
    const opens = line.lastIndexOf("<!--")
    const closes = line.lastIndexOf("-->")
    if (!isComment && begins.test(line)) {
      const bold = begins === BOLD ? line.indexOf("**", 2) : -1
      const end = bold < 0 ? line.length : bold
      const heading = withoutComments(line.slice(0, end)).replaceAll(/[#*]/g, "").trim()
      found.push({ heading, level: bold < 0 ? line.search(/[^#]/) : 0, lines: [line.slice(end)] })
    } else found.at(-1)?.lines.push(line)
    if (opens >= 0 || closes >= 0) isComment = opens > closes
  }
  return found.map(({ heading, level, lines }): Section => {
    const said = lines.join("\n")
    const body = withoutComments(said).trim()
    const marks = body.split("\n").flatMap((line) => BOX.exec(line)?.[1] ?? [])
    return {
      heading,
      level,
      body,
      boxes: marks.length,
      ticked: marks.filter((mark) => mark !== " ").length,
      isOptional: OPTIONAL_WORDS.test(heading) || OPTIONAL_WORDS.test(said) || TERMS.test(said)
    }
  })
}

/** What a written section lacks; undefined: nothing. */
const lackOf = (wanted: Section, written: Section | undefined, isContainer: boolean): string | undefined => {
  const name = wanted.heading === "" ? "what is before the first heading" : `"${wanted.heading}"`
  if (written === undefined) return wanted.isOptional || isContainer ? undefined : `${name} is missing`
  // Words count in place of check boxes, but not before the first heading, where every description has words.
  const hasWords = wanted.heading !== "" && written.boxes === 0 && (wanted.isOptional || key(written.body) !== "")
  if (wanted.boxes > 0) return written.ticked > 0 || hasWords ? undefined : `no box of ${name} is ticked`
  if (wanted.isOptional || isContainer) return undefined
  if (key(written.body) === "") return `${name} is empty`
  return key(written.body) === key(wanted.body) ? `${name} is as it was` : undefined
}

const lacksOfOne = (template: string, description: string): ReadonlyArray<string> => {
  const [wanted, written] = [sectionsOf(template), sectionsOf(description)]
  const byHeading = new Map(written.map((section) => [key(section.heading), section]))
  return wanted.flatMap((section, index) => {
    const isFirst = index === 0
    // Text before the first heading greets the author; only its check boxes are to be filled in.
    if (isFirst && wanted.length > 1 && section.boxes === 0) return []
    const isContainer = section.level > 0 && section.body === "" && (wanted[index + 1]?.level ?? 0) > section.level
    return lackOf(section, byHeading.get(key(section.heading)), isContainer) ?? []
  })
}

/** What a description lacks of the template that it follows best; undefined: nothing, or there is no template. */
export const templateLack = (
  templates: ReadonlyArray<PolicyText>,
  description: string
): { readonly path: string; readonly shown: string } | undefined => {
  const all = templates.map(({ path, text }) => ({
    path,
    lacks: description.trim() === "" ? ["the description is empty"] : lacksOfOne(text, description)
  }))
  const best = all.toSorted((one, other) => one.lacks.length - other.lacks.length)[0]
  return best === undefined || best.lacks.length === 0 ? undefined : { path: best.path, shown: best.lacks.join("; ") }
}

/** The author's own words: lines of a description that no template has. `isAnswered`: whether a section about a topic has such lines. */
export const ownWords = (templates: ReadonlyArray<PolicyText>, description: string, isAbout: RegExp) => {
  const given = new Set(
    templates.flatMap(({ text }) =>
      shortenedFile(text)
        .split("\n")
        .map((line) => line.trim())
    )
  )
  const lines = withoutComments(shortenedFile(description))
    .split("\n")
    .filter((line) => !given.has(line.trim()))
  const sections = sectionsOf(description).filter(({ heading }) => isAbout.test(heading))
  const isAnswered = sections.some(({ body }) => body.split("\n").some((line) => line.trim() !== "" && !given.has(line.trim())))
  return { text: lines.join("\n"), isAnswered }
}

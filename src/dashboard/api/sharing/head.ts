/** The HTML head of a view: title, description, canonical URL, and the tags for link previews (Open Graph, Twitter). */
import { PICTURES } from "../definition/pages.ts"
import { HEIGHT, WIDTH } from "./picture/size.ts"
import type { Summary } from "./summaries.ts"

/** The page's HTML in two parts; a view's tags go in between. */
export interface Template {
  readonly before: string
  readonly after: string
}

const HEAD_PLACE = "<!-- view -->"

/** Removes the general title and description from the page. */
export const templateOf = (html: string): Template => {
  const [before = "", after = ""] = new HTMLRewriter()
    .on("title", { element: (element) => void element.replace(HEAD_PLACE, { html: true }) })
    .on('meta[name="description"]', { element: (element) => void element.remove() })
    .transform(html)
    .split(HEAD_PLACE)
  return { before, after }
}

const escaped = Bun.escapeHTML

const meta = (name: string, content: string) => `<meta name="${name}" content="${escaped(content)}" />`
const property = (name: string, content: string) => `<meta property="${name}" content="${escaped(content)}" />`

const NAME = "Gittensor"

/** What the head preloads for a view, by path: its scripts, and its first API requests. */
export interface Ahead {
  readonly scripts?: ReadonlyArray<string>
  readonly questions?: ReadonlyArray<string>
}

/** The HTML of a view. `origin` has no trailing slash. */
export const htmlOf = (
  { before, after }: Template,
  { title, description, address, picture = PICTURES.general }: Summary,
  origin: string,
  { scripts = [], questions = [] }: Ahead = {}
): string => {
  const url = origin + address
  const tags = [
    ...scripts.map((script) => `<link rel="modulepreload" href="${escaped(script)}" />`),
    ...questions.map((question) => `<link rel="preload" href="${escaped(question)}" as="fetch" crossorigin />`),
    `<title>${escaped(title === NAME ? NAME : `${title} · ${NAME}`)}</title>`,
    meta("description", description),
    `<link rel="canonical" href="${escaped(url)}" />`,
    property("og:type", "website"),
    property("og:site_name", NAME),
    property("og:title", title),
    property("og:description", description),
    property("og:url", url),
    property("og:image", origin + picture),
    property("og:image:type", "image/png"),
    property("og:image:width", `${WIDTH}`),
    property("og:image:height", `${HEIGHT}`),
    property("og:image:alt", description),
    meta("twitter:card", "summary_large_image"),
    `<link rel="alternate" type="application/atom+xml" title="${NAME}" href="${escaped(origin)}/feed.atom" />`
  ]
  return before + tags.join("") + after
}

/** The head of the page's HTML for one view: title, description, canonical address, and the tags by which others preview links (Open Graph, Twitter). */
import { PICTURES } from "../definition/pages.ts"
import { HEIGHT, WIDTH } from "./picture/size.ts"
import type { Summary } from "./summaries.ts"

/** The page's HTML in two parts, between which the tags of a view belong. */
export interface Template {
  readonly before: string
  readonly after: string
}

const PLACE = "<!-- view -->"

/** Takes the general title and description out of the page. */
export const templateOf = (html: string): Template => {
  const [before = "", after = ""] = new HTMLRewriter()
    .on("title", { element: (element) => void element.replace(PLACE, { html: true }) })
    .on('meta[name="description"]', { element: (element) => void element.remove() })
    .transform(html)
    .split(PLACE)
  return { before, after }
}

const escaped = Bun.escapeHTML

const meta = (name: string, content: string) => `<meta name="${name}" content="${escaped(content)}" />`
const property = (name: string, content: string) => `<meta property="${name}" content="${escaped(content)}" />`

const NAME = "Gittensor"

/** What a view will need, by path: its script, and its first question to the API. */
export interface Ahead {
  readonly script?: string | undefined
  readonly question?: string | undefined
}

/** The HTML of a view. `origin` has no slash at its end. */
export const htmlOf = (
  { before, after }: Template,
  { title, description, address, picture = PICTURES.general }: Summary,
  origin: string,
  { script, question }: Ahead = {}
): string => {
  const url = origin + address
  const tags = [
    ...(script === undefined ? [] : [`<link rel="modulepreload" href="${escaped(script)}" />`]),
    ...(question === undefined ? [] : [`<link rel="preload" href="${escaped(question)}" as="fetch" crossorigin />`]),
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

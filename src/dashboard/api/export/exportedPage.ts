/** The page's own files for a static folder or bucket: below any prefix, without headers and without an API. */
import { CURRENT } from "../definition/export.ts"
import type { Page, PageFile } from "../page/Page.ts"

/** Name of the meta tag with the data's URL, relative to index.html. */
const DATA = "gittensor-data"

/** A policy in a meta element cannot contain `frame-ancestors`. */
const policyInDocument = (policy: string): string =>
  policy
    .split("; ")
    .filter((rule) => !rule.startsWith("frame-ancestors"))
    .join("; ")

const relative = (attribute: "href" | "src") => ({
  element: (element: HTMLRewriterTypes.Element) => {
    const address = element.getAttribute(attribute)
    if (address?.startsWith("/")) element.setAttribute(attribute, `.${address}`)
  }
})

/** index.html with relative URLs, its data's URL and its policy. */
export const exportedIndex = ({ index, policy }: Page): PageFile => {
  const html = new HTMLRewriter()
    .on("meta[charset]", {
      element: (element) => {
        element.after(`<meta name="${DATA}" content="${CURRENT}" />`, { html: true })
        element.after(`<meta http-equiv="Content-Security-Policy" content="${policyInDocument(policy)}" />`, { html: true })
      }
    })
    .on("link", relative("href"))
    .on("script", relative("src"))
    .on("noscript", { element: (element) => void element.setInnerContent("This page needs JavaScript.") })
    .transform(new TextDecoder().decode(index.bytes))
  return { ...index, bytes: new TextEncoder().encode(html) }
}

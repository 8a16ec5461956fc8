/** A badge as READMEs have them: a label and how many bounties a repository has, as SVG. */
import type { Bounties } from "../queries/sharing.ts"
import { measure } from "./picture/measure.ts"

const FONT_SIZE = 11
const PADDING = 6

const bountiesText = ({ open, paid }: Omit<Bounties, "all">): string => {
  const said = [...(open > 0 ? [`${open} open`] : []), ...(paid > 0 ? [`${paid} paid`] : [])]
  return said.length === 0 ? "none yet" : said.join(" · ")
}

/** Each text is as long as its place, whatever typeface the reader has. Both are made of our own words and numbers, so nothing has to be escaped. */
export const badgeOf = (bounties: Omit<Bounties, "all">): string => {
  const [label, message] = ["bounties", bountiesText(bounties)]
  const [inner, outer] = [Math.ceil(measure(label, FONT_SIZE)), Math.ceil(measure(message, FONT_SIZE))]
  const [a, b] = [inner + 2 * PADDING, outer + 2 * PADDING]
  const colour = bounties.open > 0 ? "#14683c" : bounties.paid > 0 ? "#00658f" : "#6b7683"
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${a + b}" height="20" role="img" aria-label="${label}: ${message}"><title>${label}: ${message}</title>` +
    `<clipPath id="r"><rect width="${a + b}" height="20" rx="3"/></clipPath>` +
    `<g clip-path="url(#r)"><rect width="${a}" height="20" fill="#28303a"/><rect x="${a}" width="${b}" height="20" fill="${colour}"/></g>` +
    `<g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle"><text x="${a / 2}" y="14" textLength="${inner}">${label}</text><text x="${a + b / 2}" y="14" textLength="${outer}">${message}</text></g></svg>`
  )
}

/** README badges as SVG: a label and a message. */
import { Effect, Option } from "effect"
import { clipped } from "../../../domain/clipped.ts"
import { shortAlpha } from "../../../story/figures.ts"
import { clean } from "../../../story/sentence.ts"
import { findIssue } from "../queries/issues.ts"
import { type Bounties, bountiesOf } from "../queries/sharing.ts"
import { findMatch, scoreboardIn } from "./match.ts"
import { measure } from "./picture/measure.ts"
import { ISSUE_STATES } from "./pictures.ts"
import { xmlText } from "./xmlText.ts"

const FONT_SIZE = 11
const PADDING = 6
/** Maximum of characters in a message. Two logins may be longer. */
const LONGEST_BADGE = 64

const COLOURS = { goes: "#14683c", ended: "#00658f", nothing: "#6b7683" }

interface Badge {
  readonly label: string
  readonly message: string
  readonly colour: keyof typeof COLOURS
}

/** `textLength` fits each text to its box, whatever font the reader has. */
const badgeSvg = ({ label, message: whole, colour }: Badge): string => {
  const message = clipped(whole, LONGEST_BADGE)
  const [inner, outer] = [label, message].map((text) => Math.ceil(measure(text, FONT_SIZE))) as [number, number]
  const [a, b] = [inner + 2 * PADDING, outer + 2 * PADDING]
  const [named, said] = [xmlText(label), xmlText(message)]
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${a + b}" height="20" role="img" aria-label="${named}: ${said}"><title>${named}: ${said}</title>` +
    `<clipPath id="r"><rect width="${a + b}" height="20" rx="3"/></clipPath>` +
    `<g clip-path="url(#r)"><rect width="${a}" height="20" fill="#28303a"/><rect x="${a}" width="${b}" height="20" fill="${COLOURS[colour]}"/></g>` +
    `<g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle"><text x="${a / 2}" y="14" textLength="${inner}">${named}</text><text x="${a + b / 2}" y="14" textLength="${outer}">${said}</text></g></svg>`
  )
}

const ofBounties = ({ open, paid }: Bounties): Badge => {
  const said = [...(open > 0 ? [`${open} open`] : []), ...(paid > 0 ? [`${paid} paid`] : [])]
  return {
    label: "bounties",
    message: said.length === 0 ? "none yet" : said.join(" · "),
    colour: open > 0 ? "goes" : paid > 0 ? "ended" : "nothing"
  }
}

export const repositoryBadge = (repository: string) => Effect.map(bountiesOf(repository), (bounties) => badgeSvg(ofBounties(bounties)))

/** A badge with a match's leader, competitors or result. */
export const matchBadge = (id: number) =>
  Effect.map(
    findMatch(id),
    Option.map((match) => {
      const { a, b, headline, leader, parts } = scoreboardIn(match)
      const { status } = match.competition
      const met = `${clean(a.name)} vs ${clean(b.name)}`
      const message = status !== "Running" ? headline : leader === null ? met : (parts[0] ?? met)
      return badgeSvg({ label: `match ${id}`, message, colour: status === "Running" ? "goes" : status === "Won" ? "ended" : "nothing" })
    })
  )

export const issueBadge = (id: number) =>
  Effect.map(
    findIssue(id),
    Option.map(({ status, target }) =>
      badgeSvg({
        label: "bounty",
        message: `${shortAlpha(target)} α · ${ISSUE_STATES[status]}`,
        colour: status === "Cancelled" ? "nothing" : status === "Paid" || status === "Solved" ? "ended" : "goes"
      })
    )
  )

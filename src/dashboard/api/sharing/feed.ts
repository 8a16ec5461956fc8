/** News as an Atom feed (RFC 4287). */
import { Feed } from "feed"
import { referenceOf } from "../../../story/names.ts"
import { clean, plain } from "../../../story/sentence.ts"
import { tellEvent } from "../../../story/sentences.ts"
import type { EventRow } from "../queries/records.ts"
import type { FoundMatch } from "./match.ts"
import { addressOf, labelOf } from "./news.ts"
import { xmlText } from "./xmlText.ts"

type MatchDetail = FoundMatch["competition"]

interface Entry {
  readonly id: string
  readonly at: string | null
  readonly title: string
  readonly text: string
  readonly link: string
  readonly label: string
  readonly term: string
}

/** An entry's id is stable as long as the chain keeps the event. */
const newsEntry = (event: EventRow, origin: string): Entry => {
  const link = origin + addressOf(event)
  const { issue } = event.names
  const told = plain(tellEvent(event, event.names))
  const about = issue === null ? "" : ` ${referenceOf(issue)}${issue.title === null ? "" : `: ${clean(issue.title)}`}`
  const label = labelOf(event.name)
  return {
    ...{ id: `${link}#${event.at.block}-${event.index}`, at: event.at.time, link, label, term: event.name },
    title: `${label}: ${told}`,
    text: `${told}.${about}`
  }
}

/** An entry's id is stable as long as GitHub's data of the play is. A play that changes the lead has that as its title. */
const playEntry = ({ id, issue }: MatchDetail, play: MatchDetail["plays"][number], origin: string): Entry => {
  const link = `${origin}/competitions/${id}`
  const { at, commit, kind, lead, number, repository, text } = play
  const about = ` ${referenceOf(issue)}${issue.title === null ? "" : `: ${clean(issue.title)}`}`
  return {
    ...{ id: `${link}#${encodeURIComponent(`${repository}-${number}-${kind}-${at}-${commit ?? ""}`)}`, at, link, term: kind },
    label: lead === null ? "Play" : "Lead",
    title: lead === null ? text : lead.text,
    text: `${text}.${lead === null ? "" : ` ${lead.text}.`}${about}`
  }
}

/** Maximum of entries. */
const ENTRIES = 50

/** The feed at `address`, a path with its query. Feed readers interpret texts as HTML, so they are escaped. `match`: a match whose plays the feed includes. */
export const feedOf = (news: ReadonlyArray<EventRow>, match: MatchDetail | undefined, origin: string, address: string): string => {
  const entries = [
    ...news.map((event) => newsEntry(event, origin)),
    ...(match === undefined ? [] : match.plays.toReversed().map((play) => playEntry(match, play, origin)))
  ]
    .toSorted((one, other) => Date.parse(other.at ?? "") - Date.parse(one.at ?? ""))
    .slice(0, ENTRIES)
  const newest = entries[0]?.at
  const feed = new Feed({
    id: origin + address,
    title: "Gittensor",
    description: "New issues with a bounty, matches, solutions and payments",
    link: `${origin}/`,
    feedLinks: { atom: origin + address },
    updated: newest == null ? new Date(0) : new Date(newest),
    favicon: `${origin}/favicon.svg`,
    generator: "gittensor",
    author: { name: "Gittensor" }
  })
  for (const { id, at, title, text, link, label, term } of entries)
    feed.addItem({
      id,
      title: xmlText(title),
      description: xmlText(text),
      link,
      date: at === null ? new Date(0) : new Date(at),
      category: [{ name: label, term }]
    })
  return feed.atom1()
}

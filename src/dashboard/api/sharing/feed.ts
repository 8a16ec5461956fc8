/** News as an Atom feed (RFC 4287). */
import { Feed } from "feed"
import { referenceOf } from "../../../story/names.ts"
import { clean, plain } from "../../../story/sentence.ts"
import { tellEvent } from "../../../story/sentences.ts"
import type { EventRow } from "../queries/records.ts"
import { addressOf, labelOf } from "./news.ts"
import { xmlText } from "./xmlText.ts"

/** The feed at `address`, a path with its query. Readers take its texts for HTML, so they are escaped. An entry keeps its id for as long as the chain keeps the event. */
export const feedOf = (news: ReadonlyArray<EventRow>, origin: string, address: string): string => {
  const newest = news[0]?.at.time
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
  for (const event of news) {
    const link = origin + addressOf(event)
    const { issue } = event.names
    const told = plain(tellEvent(event, event.names))
    const about = issue === null ? "" : ` ${referenceOf(issue)}${issue.title === null ? "" : `: ${clean(issue.title)}`}`
    feed.addItem({
      id: `${link}#${event.at.block}-${event.index}`,
      title: xmlText(`${labelOf(event.name)}: ${told}`),
      description: xmlText(`${told}.${about}`),
      link,
      date: event.at.time === null ? new Date(0) : new Date(event.at.time),
      category: [{ name: labelOf(event.name), term: event.name }]
    })
  }
  return feed.atom1()
}

/** News as an Atom feed (RFC 4287). */
import { Feed } from "feed"
import { referenceOf } from "../../story/names.ts"
import { clean, plain } from "../../story/sentence.ts"
import { tellEvent } from "../../story/sentences.ts"
import { NEWS, NEWS_KINDS } from "../definition/sharing.ts"
import type { EventRow } from "../queries/records.ts"

const LABELS = { issue: "New issue", match: "Match starts", solved: "Solved", paid: "Paid" } as const

export const labelOf = (name: string): string => {
  const kind = NEWS_KINDS.find((one) => NEWS[one] === name)
  return kind === undefined ? name : LABELS[kind]
}

/** The address of what an event is about, without the origin. */
export const addressOf = ({ names: { competition, issue } }: Pick<EventRow, "names">): string =>
  competition !== null ? `/competitions/${competition.id}` : issue !== null ? `/issues/${issue.id}` : "/events"

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
      title: Bun.escapeHTML(`${labelOf(event.name)}: ${told}`),
      description: Bun.escapeHTML(`${told}.${about}`),
      link,
      date: event.at.time === null ? new Date(0) : new Date(event.at.time),
      category: [{ name: labelOf(event.name), term: event.name }]
    })
  }
  return feed.atom1()
}

/** Notifications of the browser about what is watched, while the page is open; and the server is told what to notify of while it is closed. */
import { useEffect, useRef } from "react"
import { plain } from "../../../src/story/sentence.ts"
import { tellEvent } from "../../../src/story/sentences.ts"
import { addressOf, endpoints } from "../api/endpoints.ts"
import type { Event } from "../api/types.ts"
import { kept, useKept } from "../data/kept.ts"
import { NOTIFY, useWatched, type Watch, watched } from "../data/mine.ts"
import { pushTo, show } from "../data/push.ts"
import { type Live, useLive } from "../live/live.ts"

/** More at once are not read by anybody. */
const MOST_NOTICES = 3

type News = Live["news"][number]

const keyOf = (block: number, index: number) => `${block}-${index}`

const names = ({ issue, competition }: News, { kind, id }: Watch): boolean =>
  (kind === "issue" && `${issue}` === id) || (kind === "competition" && `${competition}` === id)

/** Tells what happened to what is watched. The stream names issues and competitions, the events' fields miners. */
const tell = async (news: ReadonlyArray<News>, list: ReadonlyArray<Watch>) => {
  const blocks = news.map(({ block }) => block)
  const answer = await fetch(addressOf(endpoints.events({ from: `${Math.min(...blocks)}`, to: `${Math.max(...blocks)}`, limit: "100" })))
  if (!answer.ok) return
  const { items }: { readonly items: ReadonlyArray<Event> } = await answer.json()
  const keys = new Set(news.filter((one) => list.some((watch) => names(one, watch))).map(({ block, index }) => keyOf(block, index)))
  const about = items.filter(
    ({ at, index, fields }) =>
      keys.has(keyOf(at.block, index)) || list.some(({ kind, id }) => kind === "miner" && JSON.stringify(fields).includes(id))
  )
  for (const event of about.slice(0, MOST_NOTICES)) await show(plain(tellEvent(event, event.names)), keyOf(event.at.block, event.index))
}

/** Draws nothing. */
export const Notifier = () => {
  const news = useLive((live) => live.news)
  const told = useRef(0)
  useEffect(() => {
    const fresh = news.filter(({ block }) => block > told.current)
    if (fresh.length === 0) return
    told.current = Math.max(...fresh.map(({ block }) => block))
    const list = watched()
    // What is missed here is on the page as well.
    if (list.length > 0 && kept(NOTIFY) !== "push" && "Notification" in window && Notification.permission === "granted")
      tell(fresh, list).catch(() => undefined)
  }, [news])
  const isPushed = useKept(NOTIFY) === "push"
  const key = useLive((live) => live.health?.push)
  const list = JSON.stringify(useWatched())
  useEffect(() => {
    // If it fails, the next visit tries again.
    if (isPushed && key != null) pushTo(key, JSON.parse(list)).catch(() => undefined)
  }, [isPushed, key, list])
  return null
}

import { type FormEvent, useState } from "react"
import { endpoints } from "../api/endpoints.ts"
import { CompetitionTable } from "../components/CompetitionTable.tsx"
import { ListView } from "../components/Lists.tsx"
import { IssueName, minerLabel } from "../components/Names.tsx"
import { ApiProblem, EmptyState, Figures, PageHead, Section, Skeleton } from "../components/Page.tsx"
import { Rating, RecordLine } from "../components/Ratings.tsx"
import { Amount } from "../components/Values.tsx"
import { WatchStar } from "../components/WatchStar.tsx"
import { useAnswer, useList } from "../data/hooks.ts"
import { keep, useKept } from "../data/kept.ts"
import { bring, isHotkey, isWatched, linkText, NOTIFY, readLink, setMe, useMe, useWatched, type Watch } from "../data/mine.ts"
import { canPush, mustBeAdded, pushNoMore, pushTo } from "../data/push.ts"
import { isExported } from "../exported/place.ts"
import { useCopy } from "../live/copy.ts"
import { useLive } from "../live/live.ts"
import { pageAddress } from "../routes/addresses.ts"
import { navigate, usePlace } from "../routes/history.ts"
import { Link } from "../routes/Link.tsx"
import { Activity } from "./miner/Activity.tsx"
import { CollateralOf, PayoutsOf, RatingsOf } from "./miner/Records.tsx"

/** Asks who the reader is. Anyone may name any hotkey: everything shown is public. */
const WhoAreYou = () => {
  const [isWrong, setWrong] = useState(false)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget).get("hotkey")
    const hotkey = typeof given === "string" ? given.trim() : ""
    setWrong(!isHotkey(hotkey))
    if (isHotkey(hotkey)) setMe(hotkey)
  }
  return (
    <Section title="Which miner are you?">
      <form className="who" onSubmit={submit}>
        <label className="field">
          <span>Your hotkey</span>
          <input
            name="hotkey"
            autoComplete="off"
            spellCheck={false}
            placeholder="5…"
            aria-invalid={isWrong}
            aria-describedby="who-note"
            maxLength={60}
          />
        </label>
        <button type="submit">Show my page</button>
        <p id="who-note" className={isWrong ? "notice" : "muted"} aria-live="polite">
          {isWrong
            ? "A hotkey has 48 letters and digits and begins with 5. This is none."
            : "It stays in this browser. There is no login, because everything here is public; you can also press “This is me” on a miner's page."}
        </p>
      </form>
    </Section>
  )
}

const Takeable = () => (
  <Section title="What you can take now" note="open issues, largest bounty first">
    <ListView
      list={useList(endpoints.issues({ status: ["Open"], sort: "target", limit: "6" }))}
      empty={{ title: "Nothing is open", why: "Issues appear here once their bounty is complete." }}
    >
      {(items) => (
        <ol className="plain-rows">
          {items.map(({ id, repository, number, target, github }) => (
            <li key={id}>
              <IssueName issue={{ id, repository, number, title: github.title }} />
              <strong>
                <Amount rao={target} decimals={2} />
              </strong>
            </li>
          ))}
        </ol>
      )}
    </ListView>
  </Section>
)

const Mine = ({ hotkey }: { readonly hotkey: string }) => {
  const { data: miner, problem, again } = useAnswer(endpoints.miner(hotkey))
  if (miner === undefined) return problem === undefined ? <Skeleton height="20rem" /> : <ApiProblem problem={problem} again={again} />
  return (
    <>
      <Figures
        label="In figures"
        figures={[
          {
            name: "Rating",
            value: <Rating points={miner.rating} provisional={miner.provisional} />,
            note: miner.rank === null ? "not ranked" : `rank ${miner.rank}`
          },
          { name: "Won / lost / expired", value: <RecordLine won={miner.won} lost={miner.lost} expired={miner.expired} /> },
          { name: "Earned", value: <Amount rao={miner.earned} decimals={2} /> },
          {
            name: "Can be paired",
            value: miner.eligible ? "yes" : "no",
            note: miner.uid === null ? "not registered" : `UID ${miner.uid}`
          }
        ]}
      />
      <Section title="My running matches">
        {miner.running.length === 0 ? (
          <EmptyState title="Not competing">Enrol for an issue; pairs are drawn at the end of each round.</EmptyState>
        ) : (
          <CompetitionTable items={miner.running} caption="My running matches" />
        )}
      </Section>
      <Takeable />
      <RatingsOf hotkey={hotkey} />
      <PayoutsOf hotkey={hotkey} />
      <Activity hotkey={hotkey} />
      <CollateralOf hotkey={hotkey} />
    </>
  )
}

const addressOf = ({ kind, id }: Watch): string => (kind === "miner" ? pageAddress(kind, { hotkey: id }) : pageAddress(kind, { id }))

/** Asks the browser for notifications when it is pressed, never before. Hidden in a static export, which has no news, and in browsers without notifications. */
const Notifications = () => {
  const mode = useKept(NOTIFY)
  const isOn = mode === "on" || mode === "push"
  const list = useWatched()
  const key = useLive((live) => live.health?.push)
  const [isRefused, setRefused] = useState(false)
  if (isExported) return null
  if (mustBeAdded())
    return <p className="muted">For notifications, first add this page to your home screen: the Share button, then Add to Home Screen.</p>
  if (!("Notification" in window)) return null
  const turn = async () => {
    if (isOn) {
      keep(NOTIFY, undefined)
      if (mode === "push") await pushNoMore().catch(() => undefined)
      return
    }
    const isGranted = (await Notification.requestPermission()) === "granted"
    setRefused(!isGranted)
    if (!isGranted) return
    const isPushed =
      key != null &&
      canPush() &&
      (await pushTo(key, list).then(
        () => true,
        () => false
      ))
    keep(NOTIFY, isPushed ? "push" : "on")
  }
  return (
    <p>
      <button type="button" aria-pressed={isOn} onClick={() => void turn()}>
        Notify me
      </button>{" "}
      <span className="muted" aria-live="polite">
        {isRefused
          ? "Your browser refuses notifications of this page. Its settings can allow them."
          : `of what happens to these, ${mode === "push" ? "also while this page is closed" : "while this page is open"}`}
      </span>
    </p>
  )
}

/** Where a link carries a list: behind the #, which no server sees. An exported page's address is there as well. */
const FROM_LINK = "list"

const CopyLink = () => {
  const mine = linkText({ me: useMe(), list: useWatched() })
  const { origin, href } = window.location
  const page = isExported ? `${href.replace(/#.*/, "")}#${pageAddress("me")}?` : `${origin}${pageAddress("me")}#`
  const [isCopied, copy] = useCopy(`${page}${FROM_LINK}=${mine}`)
  if (mine === "") return null
  return (
    <p>
      <button type="button" onClick={copy}>
        {isCopied ? "Copied" : "Copy a link to my page"}
      </button>{" "}
      <span className="muted">for your other devices: it carries your hotkey and this list, and no server sees them</span>
    </p>
  )
}

/** Asks whether to keep what a link carried: anyone can make one. */
const BroughtByLink = () => {
  const own = useWatched()
  const me = useMe()
  const { search } = usePlace()
  const [isDone, setDone] = useState(false)
  const given = new URLSearchParams(isExported ? search : window.location.hash.slice(1)).get(FROM_LINK)
  const mine = readLink(given ?? "")
  const fresh = mine.list.filter((watch) => !isWatched(own, watch))
  const isMe = mine.me !== undefined && me === undefined
  if (isDone || given === null || (fresh.length === 0 && !isMe)) return null
  const end = () => {
    setDone(true)
    navigate(pageAddress("me"), { replace: true })
  }
  return (
    <Section title="From your link">
      <p>
        {[
          ...(isMe ? [`your hotkey ${mine.me?.slice(0, 6)}…${mine.me?.slice(-6)}`] : []),
          ...(fresh.length === 0 ? [] : [fresh.map(({ name }) => name).join(", ")])
        ].join("; ")}
      </p>
      <p>
        <button
          type="button"
          onClick={() => {
            bring(mine)
            end()
          }}
        >
          Put it on my page
        </button>{" "}
        <button type="button" className="quiet" onClick={end}>
          No
        </button>
      </p>
    </Section>
  )
}

const WatchList = () => {
  const list = useWatched()
  return (
    <Section title="Watched" note="kept in this browser">
      {list.length === 0 ? (
        <EmptyState title="You watch nothing yet">Press “Watch” on an issue, a match or a miner.</EmptyState>
      ) : (
        <>
          <ul className="plain-rows">
            {list.map((watch) => (
              <li key={`${watch.kind}-${watch.id}`}>
                <span>
                  <span className="muted">{watch.kind}</span> <Link to={addressOf(watch)}>{watch.name}</Link>
                </span>
                <WatchStar watch={watch} />
              </li>
            ))}
          </ul>
          <Notifications />
        </>
      )}
      <CopyLink />
    </Section>
  )
}

const Name = ({ hotkey }: { readonly hotkey: string }) => {
  const { data } = useAnswer(endpoints.miner(hotkey))
  return (
    <p className="page-note">
      <Link to={pageAddress("miner", { hotkey })}>{minerLabel({ hotkey, login: data?.github?.proven ? data.github.login : null })}</Link>{" "}
      <button type="button" className="quiet" onClick={() => setMe(undefined)}>
        This is not me
      </button>
    </p>
  )
}

/** What concerns the reader: the competitions and money of their hotkey, and what they watch. */
export default function MePage() {
  const me = useMe()
  return (
    <div className="page">
      <PageHead title="My page">{me === undefined ? null : <Name hotkey={me} />}</PageHead>
      <BroughtByLink />
      {me === undefined ? <WhoAreYou /> : <Mine key={me} hotkey={me} />}
      <WatchList />
    </div>
  )
}
